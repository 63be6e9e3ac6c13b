// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// settingsVariable makes this test binary the process that a test starts and kills.
const settingsVariable = "OTELANALYTICS_FAULTTEST_SETTINGS"

func TestMain(m *testing.M) {
	if text := os.Getenv(settingsVariable); text != "" {
		if err := serve(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if len(skipped) > 0 {
		fmt.Printf("%d skipped: %s\n", len(skipped), strings.Join(skipped, "; "))
	}
	os.Exit(code)
}

// serve runs a service that does what it is asked to over HTTP, until it is killed, shut down, or alone.
func serve(text string) error {
	var s settings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	h, err := newHost(context.Background(), s, os.Stderr)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	mux := http.NewServeMux()
	mux.Handle("/metrics", h.page)
	mux.HandleFunc("/track", func(w http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		out := http.NewResponseController(w)
		h.track(r.Context(), o, func(name string, err error) {
			_ = json.NewEncoder(w).Encode(answer{name, accepted(err), textOf(err)})
			_ = out.Flush()
		})
	})
	mux.HandleFunc("/flush", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, textOf(h.client.Flush(r.Context())))
	})
	mux.HandleFunc("/flushconsumers", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, textOf(h.store.FlushConsumers(r.Context())))
	})
	mux.HandleFunc("/flushsinks", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, textOf(h.store.FlushSinks(r.Context())))
	})
	mux.HandleFunc("/shutdown", func(w http.ResponseWriter, r *http.Request) {
		limit, _ := time.ParseDuration(r.FormValue("limit"))
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		began := time.Now()
		err := h.client.Shutdown(ctx)
		_ = json.NewEncoder(w).Encode(farewell{time.Since(began), textOf(err), errors.Is(err, otelanalytics.ErrPending)})
		defer close(ended)
	})
	mux.HandleFunc("/memory", func(w http.ResponseWriter, _ *http.Request) {
		status, _ := os.ReadFile("/proc/self/status")
		_, _ = w.Write(status)
	})
	mux.HandleFunc("/descriptors", descriptors)
	server := &http.Server{Handler: mux}
	go func() { _ = server.Serve(listener) }()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(3) // the test is gone
	}()
	fmt.Println("READY http://" + listener.Addr().String())
	<-ended
	return server.Shutdown(context.Background())
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// answer is what a process says of one event.
type answer struct {
	Name     string
	Accepted bool
	Error    string
}

// farewell is what Shutdown did.
type farewell struct {
	Took    time.Duration
	Error   string
	Pending bool
}

// process is a service in a process of its own.
type process struct {
	t     fataler
	cmd   *exec.Cmd
	stdin io.Closer
	log   *servicetest.Log
	url   string
}

// launch starts a process and returns when it serves, or the error that it ended with.
func launch(t fataler, s settings) (*process, error) {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatalf("%v", err)
	}
	p := &process{t: t, cmd: exec.Command(os.Args[0]), log: new(servicetest.Log)}
	p.cmd.Env = append(os.Environ(), settingsVariable+"="+string(text))
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		p.stdin, err = p.cmd.StdinPipe()
	}
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "READY ")
	if !ok {
		_ = p.cmd.Wait()
		return nil, errors.New(p.log.String())
	}
	p.url = url
	return p, nil
}

// run is launch that must succeed.
func run(t testing.TB, s settings) *process {
	t.Helper()
	p, err := launch(t, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

// kill ends the process as kill -9 does, and returns when it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	_ = p.stdin.Close()
}

// track has the process do what an order says, and tells heard of each answer. It returns when the order is done, or
// when the process is gone; what is not answered by then may have happened or not.
func (p *process) track(o order, heard func(answer)) {
	text, _ := json.Marshal(o)
	resp, err := http.Post(p.url+"/track", "application/json", strings.NewReader(string(text)))
	if err != nil {
		return
	}
	defer resp.Body.Close()
	for lines := bufio.NewReader(resp.Body); ; {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return // what stands before a torn end of line was not said
		}
		var a answer
		if err := json.Unmarshal(line, &a); err != nil {
			p.t.Errorf("%v in %s", err, line)
			return
		}
		heard(a)
	}
}

// heardFrom is a truth that hears the answers of a process.
func (h *truth) heardFrom(a answer) {
	if a.Accepted {
		h.heard(a.Name, nil)
	} else {
		h.heard(a.Name, errors.New(a.Error))
	}
}

// get returns what the process answers.
func (p *process) get(path string) string {
	p.t.Helper()
	resp, err := http.Get(p.url + path)
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", path, err, p.log)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatalf("%s: %v", path, err)
	}
	return string(text)
}

// flush has the process deliver everything.
func (p *process) flush() {
	p.t.Helper()
	if text := p.get("/flush"); text != "" {
		p.t.Fatalf("flush: %s", text)
	}
}

// shutdown ends the process in good order.
func (p *process) shutdown(limit time.Duration) farewell {
	p.t.Helper()
	var f farewell
	if err := json.Unmarshal([]byte(p.get("/shutdown?limit="+limit.String())), &f); err != nil {
		p.t.Fatalf("%v", err)
	}
	_ = p.cmd.Wait()
	_ = p.stdin.Close()
	return f
}
