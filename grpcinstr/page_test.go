// SPDX-License-Identifier: Apache-2.0

//go:build unix

package grpcinstr_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

const (
	// building is how long a program may take to be there, on a shared machine that also compiles it.
	building = 3 * time.Minute
	// grace is how long a program may take to stop: its ten seconds, and what a slow machine adds.
	grace = 30 * time.Second
)

var (
	fileOnPage = regexp.MustCompile("(?ms)^<!-- file: (\\S+) -->\n```\\w+\n(.*?)^```$")
	indented   = regexp.MustCompile(`(?m)(?:^    .*\n)+`)
	scraped    = regexp.MustCompile(`^curl -s (\S+) \| grep -E '(.*)'$`)
)

// page is docs/grpc.md, with a MongoDB and ports of the test's, followed in a folder of its own.
type page struct {
	dir, grpc, metrics string
	commands           [][]string // of each block, below the heading Try it
}

func open(t *testing.T, uri string) *page {
	t.Helper()
	text, err := os.ReadFile("../docs/grpc.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Try it\n")
	section, _, ok := strings.Cut(section, "\n## ")
	if !ok {
		t.Fatal("the page has no section that can be followed")
	}
	p := &page{dir: t.TempDir(), grpc: porttest.Reserve(t), metrics: porttest.Reserve(t)}
	section = strings.NewReplacer("127.0.0.1:50051", p.grpc, "127.0.0.1:9464", p.metrics, "mongodb://127.0.0.1:27017", uri).Replace(section)
	for _, m := range fileOnPage.FindAllStringSubmatch(section, -1) {
		name := filepath.Join(p.dir, m[1])
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(m[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, block := range indented.FindAllString(fileOnPage.ReplaceAllString(section, ""), -1) {
		var lines []string
		for line := range strings.Lines(block) {
			lines = append(lines, strings.TrimSpace(line))
		}
		p.commands = append(p.commands, lines)
	}
	if len(p.commands) != 4 {
		t.Fatalf("%d blocks of commands and answers, want 4: %q", len(p.commands), p.commands)
	}
	return p
}

// run runs a command of the page. The SDK comes from this repository.
func (p *page) run(t *testing.T, command string) string {
	t.Helper()
	if command == "go get github.com/otelanalytics/otelanalytics-go/grpcinstr" {
		root, err := filepath.Abs("..")
		if err != nil {
			t.Fatal(err)
		}
		const sdk = "github.com/otelanalytics/otelanalytics-go"
		command = "go mod edit -require=" + sdk + "/grpcinstr@v0.0.0 -replace=" + sdk + "=" + root + " -replace=" + sdk + "/grpcinstr=" + root + "/grpcinstr"
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// program is the server of the page.
type program struct {
	cmd    *exec.Cmd
	output bytes.Buffer // to be read after ended
	ended  chan error
}

// start runs the line of the page that runs the server: go run would not pass SIGTERM on.
func (p *page) start(t *testing.T, line string) *program {
	t.Helper()
	before, runs := strings.CutSuffix(line, " go run .")
	if !runs {
		t.Fatalf("%q does not run the server", line)
	}
	s := &program{cmd: exec.Command("sh", "-c", before+" exec ./program"), ended: make(chan error, 1)}
	s.cmd.Dir = p.dir
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.ended <- s.cmd.Wait() }()
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	return s
}

// answering waits until both servers of the program answer.
func (s *program) answering(t *testing.T, p *page) {
	t.Helper()
	for _, addr := range []string{p.grpc, p.metrics} {
		for deadline := time.Now().Add(building); ; {
			conn, err := net.Dial("tcp", addr)
			if err == nil {
				conn.Close()
				break
			}
			select {
			case err := <-s.ended:
				t.Fatalf("the program has ended: %v\n%s", err, &s.output)
			case <-time.After(10 * time.Millisecond):
			}
			if time.Now().After(deadline) {
				t.Fatalf("nobody listens on %s", addr)
			}
		}
	}
}

// wait returns how the program ended.
func (s *program) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(grace):
		t.Fatalf("the program has not ended after %v", grace)
		return nil
	}
}

// begun begins a call but for its message, and returns once the server has it.
func begun(t *testing.T, addr string) grpc.ClientStream {
	t.Helper()
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "u-18")
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{}, "/shop.v1.Shop/Buy", grpc.WaitForReady(true))
	if err != nil {
		t.Fatal(err)
	}
	// A connection keeps the order: what is answered came after the call.
	if _, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{}); err != nil {
		t.Fatal(err)
	}
	return stream
}

// TestPage follows docs/grpc.md to the letter from a clean folder, and stops its program with calls in flight.
func TestPage(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("TestPage: the program writes to the default database, which the server of the environment may need")
	}
	p := open(t, server.URI())
	fetch, serve, try, want := p.commands[0], p.commands[1], p.commands[2], p.commands[3]
	for _, command := range append(fetch, serve[:len(serve)-1]...) {
		p.run(t, command)
	}
	p.run(t, "go vet ./... && go build -o program .")
	s := p.start(t, serve[len(serve)-1])
	s.answering(t, p)

	if said := p.run(t, try[0]); !strings.Contains(said, "Buy: <nil>") || !strings.Contains(said, "code = Unimplemented") || !strings.Contains(said, "code = Unauthenticated") {
		t.Errorf("%s says\n%s", try[0], said)
	}
	m := scraped.FindStringSubmatch(try[1])
	if m == nil {
		t.Fatalf("what is %q?", try[1])
	}
	if got := lines(t, m[1], regexp.MustCompile(m[2])); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the answer is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	second := p.start(t, serve[len(serve)-1]) // in the same folder: its ports and its journal are in use
	if err := second.wait(t); err == nil {
		t.Errorf("a second program ended well\n%s", &second.output)
	}

	calls := []grpc.ClientStream{begun(t, p.grpc), begun(t, p.grpc), begun(t, p.grpc)}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(grace); ; { // until it takes no more connections
		conn, err := net.Dial("tcp", p.grpc)
		if err != nil {
			break
		}
		conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("the program still listens")
		}
	}
	for _, call := range calls {
		if err := call.SendMsg(wrapperspb.String("course")); err != nil {
			t.Fatal(err)
		}
		if err := call.CloseSend(); err != nil {
			t.Fatal(err)
		}
		if err := call.RecvMsg(&emptypb.Empty{}); err != nil {
			t.Errorf("a call in flight was not answered: %v", err)
		}
	}
	if err := s.wait(t); err != nil {
		t.Errorf("the program ended with %v\n%s", err, &s.output)
	}
	events := server.Client(t).Database("analytics").Collection("user_events")
	for user, want := range map[string]int64{"user of u-17": 1, "user of u-18": int64(len(calls))} {
		if n, err := events.CountDocuments(t.Context(), bson.D{{Key: "user_id", Value: user}}); err != nil || n != want {
			t.Errorf("%d documents of %s, want %d; %v", n, user, want, err)
		}
	}
}

// lines returns the lines of a page that match.
func lines(t *testing.T, url string, matching *regexp.Regexp) (all []string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if matching.MatchString(line) {
			all = append(all, strings.TrimSuffix(line, "\n"))
		}
	}
	return all
}
