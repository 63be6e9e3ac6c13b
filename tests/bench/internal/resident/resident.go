// SPDX-License-Identifier: Apache-2.0

// Package resident is what the services of the case resident share: one has the SDK, the other one has not.
package resident

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// Options are the flags of both services.
type Options struct {
	URI, Dir string // of MongoDB, and for the journal
	events   int
}

// Flags parses the flags.
func Flags() Options {
	var o Options
	flag.StringVar(&o.URI, "uri", "", "MongoDB's URI")
	flag.StringVar(&o.Dir, "dir", "", "directory for the journal")
	flag.IntVar(&o.events, "events", 1, "how many requests to handle")
	flag.Parse()
	return o
}

// Run serves on a free port, handles the requests, and is scraped ten times meanwhile. Then it calls flush, and prints the
// kilobytes of memory that are resident after a garbage collection.
func Run(o Options, handler http.Handler, flush func()) {
	mux := http.NewServeMux()
	mux.Handle("POST /login", handler)
	if page, ok := handler.(interface{ Page() http.Handler }); ok {
		mux.Handle("GET /metrics", page.Page())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Must(err)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { Must(server.Serve(l)) }()
	for i := range o.events {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/login", nil))
		if w.Code != http.StatusNoContent {
			log.Fatal("a request got the status ", w.Code)
		}
		if i%max(1, o.events/10) == 0 {
			answer, err := http.Get("http://" + l.Addr().String() + "/metrics")
			Must(err)
			_, err = io.Copy(io.Discard, answer.Body)
			Must(err)
			Must(answer.Body.Close())
		}
	}
	flush()
	runtime.GC()
	debug.FreeOSMemory()
	fmt.Println(kilobytes())
}

// kilobytes is what the process has resident.
func kilobytes() int {
	status, err := os.ReadFile("/proc/self/status")
	Must(err)
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
			n, err := strconv.Atoi(fields[1])
			Must(err)
			return n
		}
	}
	log.Fatal("/proc/self/status has no VmRSS")
	return 0
}

// Must ends the program on an error.
func Must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
