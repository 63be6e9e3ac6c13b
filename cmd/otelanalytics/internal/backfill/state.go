// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
)

// stateFile is the name of the checkpoint within --out.
const stateFile = "backfill.json"

// stateVersion is the version of its form.
const stateVersion = 1

// state is the checkpoint: what was written, and what the evaluator knew then.
type state struct {
	Version int               `json:"version"`
	Plan    plan              `json:"plan"`
	Done    bool              `json:"done"`
	Next    int               `json:"next_step"` // the first step that is not written
	Tally   tally             `json:"tally"`
	Files   []string          `json:"files"`
	Saved   *evaluation.Saved `json:"evaluator,omitempty"` // at the step before Next
	// Past is what was learned of the attributes of metrics that count different values.
	Past []instruments.Memory `json:"past,omitempty"`
}

// plan is what a run must have in common with one that it continues.
type plan struct {
	Map        string            `json:"map"` // its hash
	Collection string            `json:"collection"`
	Metrics    []string          `json:"metrics"`
	By         string            `json:"by"`
	From       int64             `json:"from"`
	To         int64             `json:"to"`
	Step       int64             `json:"step"`
	Labels     map[string]string `json:"labels"`
	Namespace  string            `json:"namespace"`
	Target     string            `json:"target"` // files, or the address of a remote write
}

// tally counts documents, and what became of them.
type tally struct {
	Events      int64            `json:"events"`
	MetricsOff  int64            `json:"metrics_off"`
	SwitchedOff int64            `json:"switched_off"`
	Samples     int64            `json:"samples"`
	Weighted    int64            `json:"weighted"`           // events that stand for others, too: a part of their type was stored
	Overflow    map[string]int64 `json:"overflow,omitempty"` // by metric and attribute
	Refused     map[string]int64 `json:"refused,omitempty"`  // by metric and reason
}

// with returns the tally with the counters of an evaluator added.
func (t tally) with(e *evaluation.Evaluator) tally {
	t.Overflow, t.Refused = maps.Clone(t.Overflow), maps.Clone(t.Refused)
	for _, c := range e.Own() {
		metric, _ := c.Attributes.Value("metric")
		to, second := &t.Overflow, "attribute"
		if _, ok := c.Attributes.Value("reason"); ok {
			to, second = &t.Refused, "reason"
		}
		by, _ := c.Attributes.Value(attributeKey(second))
		if *to == nil {
			*to = make(map[string]int64)
		}
		(*to)[metric.AsString()+" "+by.AsString()] += c.Value
	}
	return t
}

// loadState reads the checkpoint of a directory. A finished run begins anew: the files that it made are removed.
func loadState(dir string, p plan) (state, error) {
	fresh := state{Version: stateVersion, Plan: p, Files: []string{}}
	content, err := os.ReadFile(filepath.Join(dir, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return state{}, err
	}
	var s state
	if err := json.Unmarshal(content, &s); err != nil || s.Version != stateVersion {
		return state{}, cli.Failedf("%s is not a progress file that this release can read; choose another --out, or remove the file to start again", filepath.Join(dir, stateFile))
	}
	if what := s.Plan.differs(p); len(what) > 0 {
		return state{}, cli.Failedf("%s has a backfill with another %s; choose another --out", dir, strings.Join(what, ", "))
	}
	if !s.Done {
		return s, nil
	}
	for _, name := range s.Files {
		if err := os.Remove(filepath.Join(dir, filepath.Base(name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return state{}, err
		}
	}
	return fresh, nil
}

// differs returns the names of the fields in which two plans differ.
func (p plan) differs(from plan) []string {
	var names []string
	a, b := reflect.ValueOf(p), reflect.ValueOf(from)
	for i := range a.NumField() {
		x, y := a.Field(i).Interface(), b.Field(i).Interface()
		if !reflect.DeepEqual(x, y) && (a.Field(i).Kind() != reflect.Map || a.Field(i).Len()+b.Field(i).Len() > 0) {
			names = append(names, a.Type().Field(i).Tag.Get("json"))
		}
	}
	return names
}

// save replaces the checkpoint.
func (s *state) save(dir string) error {
	content, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("writing the progress: %w", err)
	}
	return cli.Replace(filepath.Join(dir, stateFile), 0o644, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
