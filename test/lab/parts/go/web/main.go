// A workload for demonstrations: answers 200 with its host name and ends gracefully.
//
// PORT (8080) is where it listens, MESSAGE is put before the host name, START_DELAY is how long it
// stays unready, STOP_DELAY how long it goes on answering after SIGTERM. Any argument "healthy" makes
// it a probe of itself instead, since its image has no shell.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	address := ":" + setting("PORT", "8080")
	if len(os.Args) > 1 && os.Args[1] == "healthy" {
		os.Exit(probe("http://localhost" + address + "/ready"))
	}
	if err := serve(address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(address string) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	ready := time.Now().Add(delay("START_DELAY"))
	mux := http.NewServeMux()
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		if time.Now().Before(ready) {
			http.Error(w, "starting", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, setting("MESSAGE", "")+host)
	})
	server := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}

	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	time.Sleep(delay("STOP_DELAY"))
	grace, release := context.WithTimeout(context.Background(), 10*time.Second)
	defer release()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func probe(url string) int {
	client := http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return 1
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}

func setting(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

func delay(name string) time.Duration {
	duration, err := time.ParseDuration(setting(name, "0s"))
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(2)
	}
	return duration
}
