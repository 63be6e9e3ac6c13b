// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// The path that stands for the standard input, and what it is called in results and errors.
const (
	standardInput     = "-"
	standardInputName = "standard input"
)

// mostMapBytes is more than an event map may have: the rest of an endless input is not read.
const mostMapBytes = 2 << 20

// ParseMap reads an event map from a file, or from in, the standard input, when the path is "-". The error is that of
// [eventmap.ParseFile].
func ParseMap(in io.Reader, path string) (*eventmap.Map, error) {
	if path != standardInput {
		return eventmap.ParseFile(path)
	}
	data, err := io.ReadAll(io.LimitReader(in, mostMapBytes))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", standardInputName, err)
	}
	m, err := eventmap.Parse(data)
	var mistakes eventmap.Errors
	if errors.As(err, &mistakes) {
		for _, mistake := range mistakes {
			mistake.File = standardInputName
		}
	}
	return m, err
}

// LoadMap is [ParseMap], whose mistakes are a [Failed] error that has them all.
func LoadMap(in io.Reader, path string) (*eventmap.Map, error) {
	m, err := ParseMap(in, path)
	var mistakes eventmap.Errors
	if errors.As(err, &mistakes) {
		return nil, &Failed{Summary: "the event map has mistakes:\n" + mistakes.Error()}
	}
	return m, err
}

// MapName is what the map at a path is called in what is made from it.
func MapName(path string) string {
	if path == standardInput {
		return standardInputName
	}
	return filepath.Base(path)
}

// File is one file that a command makes.
type File struct {
	Path    string
	Content []byte
	Gone    bool // the command made it once, and it is to be removed
}

// written is what the output says of a file.
type written struct {
	File   string `json:"file"`
	Status string `json:"status"`
}

// checkFlag is the name of the flag of commands that write files.
const checkFlag = "check"

// AddCheckFlag gives a command that writes files with [WriteFiles] the flag --check.
func AddCheckFlag(cmd *cobra.Command) {
	cmd.Flags().Bool(checkFlag, false, "write nothing; exit with 1 when a file differs from the result")
}

// WriteFiles writes files, with the directories that they are in, removes those that are gone, and says which are new,
// changed or removed. A file that is as it should be is not touched. With --check nothing is written or removed, and a file
// that is not as it should be is a [Failed] error.
func WriteFiles(cmd *cobra.Command, files []File) error {
	check, _ := cmd.Flags().GetBool(checkFlag)
	all := make([]written, 0, len(files))
	var stale []string
	for _, f := range files {
		status, err := statusOf(f)
		if err != nil {
			return err
		}
		all = append(all, written{f.Path, status})
		switch {
		case status == "unchanged":
		case check:
			stale = append(stale, f.Path)
		case f.Gone:
			if err := os.Remove(f.Path); err != nil {
				return err
			}
		default:
			if err := write(f); err != nil {
				return err
			}
		}
	}
	err := Print(cmd, map[string]any{"files": all}, func(t *Text) {
		for _, w := range all {
			t.Printf("%s: %s\n", w.File, w.Status)
		}
	})
	if err == nil && len(stale) > 0 {
		return Failedf("out of date: %s; run the command without --check", strings.Join(stale, ", "))
	}
	return err
}

func statusOf(f File) (string, error) {
	if f.Gone {
		return "removed", nil
	}
	old, err := os.ReadFile(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "new", nil
	case err != nil:
		return "", err
	case bytes.Equal(old, f.Content):
		return "unchanged", nil
	default:
		return "changed", nil
	}
}

func write(f File) error {
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(f.Path, f.Content, 0o644)
}
