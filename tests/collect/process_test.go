// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// program is the command line, which TestMain builds.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "collect")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	program = filepath.Join(dir, "otelanalytics.exe") // a name that every system runs
	cmd := exec.Command("go", "build", "-C", "../../cmd/otelanalytics", "-o", program, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Printf("%v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

const (
	webKey  = "oakey_of_the_web"
	mapText = "version: 1\nmetrics: {orders: {instrument: counter}}\nevents:\n  order_completed: {record: [{metric: orders}]}\n  page: {}\n"
)

// collector is the program's configuration, and the process that runs with it.
type collector struct {
	t       testing.TB
	config  string
	environ []string

	cmd           *exec.Cmd
	log           *servicetest.Log
	url, adminURL string
	ended         sync.WaitGroup // until the log is read to its end
}

// prepare writes the configuration: source has further keys of the source, and more are further lines.
func prepare(t testing.TB, mongodb, source string, more ...string) *collector {
	t.Helper()
	dir := t.TempDir()
	c := &collector{t: t, config: filepath.Join(dir, "collect.yaml")}
	for name, text := range map[string]string{
		"events.yaml": mapText,
		"collect.yaml": fmt.Sprintf("event_map: %s\nmongodb: {uri: %q}\ndata_dir: %s\nlisten: 127.0.0.1:0\nadmin_listen: 127.0.0.1:0\n%s\ningest:\n  sources:\n    - {name: web, keys: [%s]%s}\n",
			filepath.Join(dir, "events.yaml"), mongodb, filepath.Join(dir, "data"), strings.Join(more, "\n"), ingest.HashKey(webKey), source),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

var served = regexp.MustCompile(`msg=serving url=(\S+) admin_url=(\S+)`)

// start starts the process and returns when it serves.
func (c *collector) start() {
	c.t.Helper()
	c.cmd, c.log = exec.Command(program, "collect", "--config", c.config), new(servicetest.Log)
	c.cmd.Env = append(os.Environ(), c.environ...)
	errs, err := c.cmd.StderrPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(c.kill)
	serving := make(chan []string, 1)
	c.ended.Go(func() {
		defer close(serving)
		for lines := bufio.NewScanner(errs); lines.Scan(); {
			_, _ = io.WriteString(c.log, lines.Text()+"\n") // it never fails
			if m := served.FindStringSubmatch(lines.Text()); m != nil {
				serving <- m
			}
		}
	})
	m, ok := <-serving
	if !ok {
		c.t.Fatalf("it ended before it served:\n%s", c.log)
	}
	c.url, c.adminURL = m[1], m[2]
}

// kill ends the process as kill -9 does, and returns when it is gone.
func (c *collector) kill() {
	_ = c.cmd.Process.Kill() // it may be gone
	c.ended.Wait()
	_ = c.cmd.Wait()
}

// stop ends it in good order.
func (c *collector) stop() {
	c.t.Helper()
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
		c.t.Fatal(err)
	}
	c.ended.Wait()
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("%v\n%s", err, c.log)
	}
}

// post sends a body and returns the status: 0 without an answer.
func post(client *http.Client, url, body string) (int, string) {
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	r.SetBasicAuth(webKey, "")
	resp, err := client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(text)
}

// client keeps its connections, and waits for a minute at most.
func client() *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 1000}}
}
