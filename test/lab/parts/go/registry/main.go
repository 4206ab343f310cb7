// A read-only image registry over a directory:
//
//	registry --listen 127.0.0.1:5000 --root DIR
//
// with DIR/manifests/NAME/TAG, DIR/manifests/NAME/sha256:… and DIR/blobs/sha256:….
package main

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5000", "host:port to serve at, over http")
	root := flag.String("root", ".", "directory that holds manifests and blobs")
	flag.Parse()

	server := &http.Server{Addr: *listen, Handler: handler(*root), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

func handler(root string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Docker-Distribution-API-Version", "registry/2.0")
		path := strings.TrimPrefix(r.URL.Path, "/v2/")
		name, manifest, isManifest := cutLast(path, "/manifests/")
		_, blob, isBlob := cutLast(path, "/blobs/")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			fail(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "this registry is read-only")
		case path == "" || path == "/v2":
		case strings.Contains(path, ".."):
			fail(w, http.StatusBadRequest, "NAME_INVALID", path)
		case isManifest:
			serveManifest(w, r, filepath.Join(root, "manifests", name, manifest))
		case isBlob:
			serveBlob(w, r, filepath.Join(root, "blobs", blob), blob)
		default:
			fail(w, http.StatusNotFound, "NAME_UNKNOWN", path)
		}
	})
}

func serveManifest(w http.ResponseWriter, r *http.Request, file string) {
	content, err := os.ReadFile(file)
	if err != nil {
		fail(w, http.StatusNotFound, "MANIFEST_UNKNOWN", r.URL.Path)
		return
	}
	var manifest struct{ MediaType string }
	if err := json.Unmarshal(content, &manifest); err != nil {
		fail(w, http.StatusInternalServerError, "MANIFEST_INVALID", err.Error())
		return
	}
	w.Header().Set("Content-Type", manifest.MediaType)
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	w.Header().Set("Docker-Content-Digest", fmt.Sprintf("sha256:%x", sha256.Sum256(content)))
	if r.Method == http.MethodGet {
		w.Write(content)
	}
}

func serveBlob(w http.ResponseWriter, r *http.Request, file, digest string) {
	if _, err := os.Stat(file); err != nil {
		fail(w, http.StatusNotFound, "BLOB_UNKNOWN", digest)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Docker-Content-Digest", digest)
	http.ServeFile(w, r, file)
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return "", "", false
	}
	return text[:at], text[at+len(separator):], true
}

func fail(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]string{"code": code, "message": message}}})
}
