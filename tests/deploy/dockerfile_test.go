// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"bufio"
	"context"
	"debug/elf"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

const dockerfile = root + "/grafana/cardgame/Dockerfile"

// stages reads the Dockerfile with BuildKit's own parser: that of the program, and that of the image.
func stages(t *testing.T, dockerfile string) (build, image instructions.Stage) {
	t.Helper()
	f, err := os.Open(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ast, err := parser.Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := instructions.Parse(ast.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Name != "build" {
		t.Fatalf("%d stages", len(all))
	}
	return all[0], all[1]
}

// commandsOf are a stage's instructions of one kind.
func commandsOf[T any](s instructions.Stage) []T {
	var all []T
	for _, c := range s.Commands {
		if one, ok := c.(T); ok {
			all = append(all, one)
		}
	}
	return all
}

// buildContext copies what a builder would get to a directory: the repository without what Dockerfile.dockerignore says.
func buildContext(t *testing.T, dockerfile string) string {
	t.Helper()
	f, err := os.Open(dockerfile + ".dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	patterns, err := ignorefile.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil || name == "." {
			return err
		}
		if skip, err := ignored.MatchesOrParentMatches(name); err != nil || skip {
			if d.IsDir() && skip {
				return fs.SkipDir
			}
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// checkImage holds that versions are pinned, that what is copied is in the context, and that nothing runs as root.
func checkImage(t *testing.T, dockerfile string) {
	t.Helper()
	build, image := stages(t, dockerfile)
	from := buildContext(t, dockerfile)
	for _, s := range []instructions.Stage{build, image} {
		if !regexp.MustCompile(`^[a-z]+:[0-9]+\.[0-9]+(-alpine)?$`).MatchString(s.BaseName) {
			t.Errorf("the version of %s is not pinned", s.BaseName)
		}
		for _, c := range commandsOf[*instructions.CopyCommand](s) {
			for _, path := range c.SourcePaths {
				if _, err := os.Stat(filepath.Join(from, path)); c.From == "" && err != nil {
					t.Errorf("line %d: %v", c.Location()[0].Start.Line, err)
				}
			}
		}
	}
	users := commandsOf[*instructions.UserCommand](image)
	if len(users) != 1 || !regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`).MatchString(users[0].User) {
		t.Errorf("runs as %v, want numbers that are not root's", users)
	}
	if _, err := os.Stat(filepath.Join(from, "docs")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Dockerfile.dockerignore leaves docs in the context: %v", err)
	}
}

// TestDockerfile: nothing runs as root, what is copied is in the context, and what the image starts is what was built.
func TestDockerfile(t *testing.T) {
	checkImage(t, dockerfile)
	_, image := stages(t, dockerfile)
	entry := commandsOf[*instructions.EntrypointCommand](image)[0]
	program := commandsOf[*instructions.CopyCommand](image)[0].DestPath
	if filepath.Base(program) != entry.CmdLine[0] || entry.PrependShell {
		t.Errorf("the image starts %v, and the program is %s", entry.CmdLine, program)
	}
	project := project(t)
	game := project.Services["cardgame"]
	if got := filepath.Join(game.Build.Context, game.Build.Dockerfile); filepath.Clean(got) != absolute(t, dockerfile) {
		t.Errorf("the compose file builds %s", got)
	}
	if got := game.Build.Context; got != absolute(t, root) {
		t.Errorf("the context is %s", got)
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestImageServes does natively what the image would: it builds with the Dockerfile's own command, in a copy of the
// context, and starts the program with the arguments of the image and of the compose file, at addresses of 127.0.0.1.
func TestImageServes(t *testing.T) {
	build, image := stages(t, dockerfile)
	program := filepath.Join(built(t, build, dockerfile), "cardgame")
	if runtime.GOOS == "linux" {
		static(t, program)
	}

	game := project(t).Services["cardgame"]
	config := commandsOf[*instructions.CopyCommand](image)[1]
	entry := commandsOf[*instructions.EntrypointCommand](image)[0].CmdLine
	args := slices.Concat(entry[1:], game.Command)
	for i, a := range args {
		switch {
		case a == config.DestPath:
			args[i] = filepath.Join(absolute(t, root), config.SourcePaths[0])
		case strings.HasPrefix(a, "0.0.0.0:"):
			args[i] = "127.0.0.1:0"
		case strings.HasPrefix(a, "redis:"):
			args[i] = "127.0.0.1:1"
		}
	}
	service := exec.Command(program, args...)
	service.Dir = t.TempDir()
	service.Env = os.Environ()
	for name, value := range game.Environment {
		service.Env = append(service.Env, name+"="+*value)
	}
	service.Env = append(service.Env, "OTELANALYTICS_DATA_DIR="+t.TempDir(), // here there is no volume,
		"OTELANALYTICS_MONGODB_URI=", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1") // and none of the other services
	log, err := service.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Process.Kill() })
	urls := serving(t, log, regexp.MustCompile(`msg=serving url=(\S+) metrics=(\S+)`))
	for _, url := range []string{urls[1] + "/healthz", urls[1] + "/readyz", urls[1] + "/metrics", urls[2]} {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s, %v\n%s", url, resp.Status, err, body)
		}
		if strings.HasSuffix(url, "/metrics") && !strings.Contains(string(body), `user_logins_total{account_type="normal",auth_method="email"} 0`) {
			t.Errorf("%s is not the card game's page", url)
		}
	}
	if err := service.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := service.Wait(); err != nil {
		t.Errorf("after a signal: %v", err)
	}
}

// built runs the build command of a Dockerfile in a copy of its context, and returns the folder of what it builds.
func built(t *testing.T, build instructions.Stage, dockerfile string) string {
	t.Helper()
	out := t.TempDir()
	var line string
	for _, c := range commandsOf[*instructions.RunCommand](build) {
		if command := strings.Join(c.CmdLine, " "); strings.Contains(command, "go build") {
			line = strings.ReplaceAll(command, "/out/", out+"/")
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	cmd.Dir = buildContext(t, dockerfile)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, said)
	}
	return out
}

// static holds that a program needs no other files to run.
func static(t *testing.T, program string) {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		t.Fatal(err)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the program needs a dynamic loader")
		}
	}
	if len(libraries) > 0 {
		t.Errorf("the program needs %v", libraries)
	}
}

// serving reads a log until the service says where it serves, and then to its end.
func serving(t *testing.T, log io.Reader, line *regexp.Regexp) []string {
	t.Helper()
	found := make(chan []string, 1)
	go func() {
		defer close(found)
		var all strings.Builder
		for s := bufio.NewScanner(log); s.Scan(); {
			if m := line.FindStringSubmatch(s.Text()); m != nil {
				found <- m
			}
			all.WriteString(s.Text() + "\n")
		}
	}()
	select {
	case m, ok := <-found:
		if !ok {
			t.Fatal("the service ended before it served")
		}
		return m
	case <-time.After(time.Minute):
		t.Fatal("the service does not serve within a minute")
	}
	return nil
}
