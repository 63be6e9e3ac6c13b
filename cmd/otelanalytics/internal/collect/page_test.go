// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

// stepsOfPage returns the commands of the numbered steps of docs/collect.md.
func stepsOfPage(t *testing.T) (steps []string) {
	t.Helper()
	page, err := os.ReadFile("../../../../docs/collect.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?s)\n   ```sh\n(.*?)   ```\n").FindAllStringSubmatch(string(page), -1) {
		steps = append(steps, strings.ReplaceAll("\n"+m[1], "\n   ", "\n"))
	}
	return steps
}

// TestStepsOfThePage does what docs/collect.md says, from nothing to the first event, with other ports and a MongoDB of the tests.
func TestStepsOfThePage(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the page is for a shell")
	}
	steps := stepsOfPage(t)
	if len(steps) != 5 {
		t.Fatalf("the page has %d steps, want 5", len(steps))
	}
	clitest.MongoDB(t)
	events, operators := porttest.Reserve(t), porttest.Reserve(t)
	ports := strings.NewReplacer("127.0.0.1:8080", events, "127.0.0.1:8081", operators)
	t.Setenv("OTELANALYTICS_LISTEN", events)
	t.Setenv("OTELANALYTICS_ADMIN_LISTEN", operators)
	t.Setenv("PATH", filepath.Dir(clitest.Binary(t))+string(os.PathListSeparator)+os.Getenv("PATH"))
	dir := t.TempDir()
	shell := func(text string) *exec.Cmd {
		text = strings.ReplaceAll(text, "otelanalytics ", "otelanalytics.exe ") // the name that Binary builds
		cmd := exec.Command("bash", "-euo", "pipefail", "-c", ports.Replace(text))
		cmd.Dir = dir
		return cmd
	}
	do := func(text string) string {
		t.Helper()
		out, err := shell(text).CombinedOutput()
		if err != nil {
			t.Fatalf("%s\n%v\n%s", text, err, out)
		}
		return string(out)
	}
	for _, step := range steps[:3] {
		do(step)
	}
	program := shell("exec env " + strings.TrimSpace(steps[3]))
	log, err := program.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Process.Kill() })
	lines := bufio.NewScanner(log)
	for served := false; !served; served = strings.Contains(lines.Text(), "msg=serving") {
		if !lines.Scan() {
			t.Fatalf("it ended before it served: %v", lines.Err())
		}
	}
	said := do(steps[4])
	for _, want := range []string{`{"success":true}`, `orders_total{currency="EUR"} 1`, "order_completed", "12.5"} {
		if !strings.Contains(said, want) {
			t.Errorf("the last step does not show %s:\n%s", want, said)
		}
	}
	if err := program.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		if line := lines.Text(); strings.Contains(line, "level=ERROR") {
			t.Error(line)
		}
	}
	if err := program.Wait(); err != nil {
		t.Errorf("after an interruption: %v", err)
	}
}
