// An S3 server over a directory: the posix backend of versitygw without its other backends, whose SDKs
// take minutes to compile.
//
//	ROOT_ACCESS_KEY=… ROOT_SECRET_KEY=… versitygw --listen 127.0.0.1:9000 --root DIR
//
// A bucket is a subdirectory of DIR. GET /health answers 200.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:9000", "host:port to serve S3 at, over http")
	root := flag.String("root", ".", "directory that holds one directory per bucket")
	region := flag.String("region", "us-east-1", "the region it says it is")
	versioning := flag.String("versioning", "", "directory for old versions of objects; empty: no versioning")
	readonly := flag.Bool("readonly", false, "refuse every write")
	flag.Parse()

	if err := serve(*listen, *root, *region, *versioning, *readonly); err != nil {
		fmt.Fprintln(os.Stderr, "versitygw:", err)
		os.Exit(1)
	}
}

func serve(listen, root, region, versioning string, readonly bool) error {
	metadata := meta.XattrMeta{}
	if err := metadata.Test(root); err != nil {
		return fmt.Errorf("%s: no extended attributes: %w", root, err)
	}
	backend, err := posix.New(root, metadata, posix.PosixOpts{VersioningDir: versioning})
	if err != nil {
		return err
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	return embedgw.RunVersityGW(stop, backend, &embedgw.Config{
		RootUserAccess:    os.Getenv("ROOT_ACCESS_KEY"),
		RootUserSecret:    os.Getenv("ROOT_SECRET_KEY"),
		Region:            region,
		Ports:             []string{listen},
		MaxConnections:    2000,
		MaxRequests:       1000,
		MultipartMaxParts: 10000,
		KeepAlive:         true,
		HealthPath:        "/health",
		Quiet:             true,
		Readonly:          readonly,
	})
}
