// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const (
	sdk     = "github.com/otelanalytics/otelanalytics-go"
	command = sdk + "/cmd/otelanalytics"
	library = sdk + "/grpcinstr"
	log     = sdk + "/natsstore"
	kafka   = sdk + "/kafkastore"
)

// TestInstallARelease does what docs/releasing.md says, with a folder as the module proxy, installs the command from there as
// its users do, and builds a program with a library. go install refuses a module whose go.mod has a replace directive, or which requires a version of
// the SDK that nobody can download.
func TestInstallARelease(t *testing.T) {
	const version = "v0.99.0"
	tree, proxy := checkout(t), t.TempDir()
	publish(t, proxy, sdk, version, tree)
	for _, path := range []string{library, log, kafka, command} {
		folder := filepath.Join(tree, filepath.FromSlash(strings.TrimPrefix(path, sdk+"/")))
		run(t, folder, "go", "mod", "edit", "-require="+sdk+"@"+version)
		if path == command {
			run(t, folder, "go", "mod", "edit", "-require="+log+"@"+version, "-require="+kafka+"@"+version)
		}
		publish(t, proxy, path, version, folder)
	}

	// Everything else comes from the cache, into which these releases must not get.
	cache := strings.TrimSpace(run(t, ".", "go", "env", "GOMODCACHE"))
	bin, modules := t.TempDir(), t.TempDir()
	t.Setenv("GOPROXY", "file://"+proxy+",file://"+filepath.Join(cache, "cache", "download")+","+strings.TrimSpace(run(t, ".", "go", "env", "GOPROXY")))
	t.Setenv("GOMODCACHE", modules)
	t.Setenv("GONOSUMDB", sdk+","+library+","+log+","+kafka+","+command)
	t.Setenv("GOFLAGS", "-modcacherw") // so that it can be removed
	t.Setenv("GOBIN", bin)
	run(t, t.TempDir(), "go", "install", command+"@"+version)

	if out := run(t, ".", "go", "version", "-m", filepath.Join(bin, "otelanalytics")); !strings.Contains(out, sdk+"\t"+version) {
		t.Errorf("it was not built with the SDK's release:\n%.2000s", out)
	}
	run(t, ".", filepath.Join(bin, "otelanalytics"), "validate", "../../examples/cardgame/events.yaml")

	program := t.TempDir()
	const text = "package main\n\nimport \"" + library + "\"\n\nfunc main() { grpcinstr.New(nil).NewServer().Stop() }\n"
	if err := os.WriteFile(filepath.Join(program, "main.go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, program, "go", "mod", "init", "example.com/shop")
	run(t, program, "go", "get", library+"@"+version)
	run(t, program, "go", "run", ".")
	if out := run(t, program, "go", "list", "-m", "all"); !strings.Contains(out, sdk+" "+version+"\n") {
		t.Errorf("the library was not built with the SDK's release:\n%.2000s", out)
	}
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// checkout copies the files of the working tree that git knows, and new ones that it does not ignore.
func checkout(t *testing.T) string {
	t.Helper()
	top, dir := filepath.Join("..", ".."), t.TempDir()
	for name := range strings.SplitSeq(run(t, top, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"), "\x00") {
		content, err := os.ReadFile(filepath.Join(top, name))
		if name == "" || os.IsNotExist(err) { // removed, and not committed
			continue
		}
		if err == nil {
			err = os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// publish puts a version of a module into a folder as a proxy serves it: https://go.dev/ref/mod#goproxy-protocol.
func publish(t *testing.T, proxy, path, version, dir string) {
	t.Helper()
	at := filepath.Join(proxy, filepath.FromSlash(path), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	archive, err := os.Create(filepath.Join(at, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := zip.CreateFromDir(archive, module.Version{Path: path, Version: version}, dir); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	info, err := json.Marshal(map[string]any{"Version": version, "Time": time.Now().UTC()})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{version + ".mod": mod, version + ".info": info, "list": []byte(version + "\n")} {
		if err := os.WriteFile(filepath.Join(at, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
