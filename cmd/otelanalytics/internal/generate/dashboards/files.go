// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// The folders below --out, which Grafana reads by these names.
const (
	dashboardsDir  = "dashboards"
	datasourcesDir = "datasources"
)

// files returns what the command writes, and what it once wrote and no longer does. A file in the way that it did not make
// is an error.
func (o *options) files(boards []board) ([]cli.File, error) {
	all := []cli.File{{Path: filepath.Join(o.out, dashboardsDir, "otelanalytics.yaml"), Content: o.providerFile()}}
	if o.datasourceURL != "" {
		all = append(all, cli.File{Path: filepath.Join(o.out, datasourcesDir, "prometheus.yaml"), Content: o.datasourceFile()})
	}
	for _, b := range boards {
		text, err := b.render(o)
		if err != nil {
			return nil, err
		}
		all = append(all, cli.File{Path: filepath.Join(o.out, dashboardsDir, b.uid(o)+".json"), Content: text})
	}
	var foreign []error
	for _, f := range all {
		made, err := o.made(f.Path)
		if err == nil && !made {
			made, err = o.damaged(f.Path)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case !made:
			foreign = append(foreign, fmt.Errorf("%s was not made by this command with --uid-prefix %s: move it, or name another directory with --out", f.Path, o.uidPrefix))
		}
	}
	if err := errors.Join(foreign...); err != nil {
		return nil, err
	}
	gone, err := o.gone(all)
	return append(all, gone...), err
}

// gone are the dashboards that the command made with this prefix, from a map that has no such group any more.
func (o *options) gone(now []cli.File) ([]cli.File, error) {
	dir := filepath.Join(o.out, dashboardsDir)
	there, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var all []cli.File
	for _, entry := range there {
		path := filepath.Join(dir, entry.Name())
		if !entry.Type().IsRegular() || filepath.Ext(path) != ".json" {
			continue
		}
		if slices.ContainsFunc(now, func(f cli.File) bool { return f.Path == path }) {
			continue
		}
		if made, err := o.made(path); err != nil {
			return nil, err
		} else if made {
			all = append(all, cli.File{Path: path, Gone: true})
		}
	}
	return all, nil
}

// made reports whether this command made a file: a dashboard has the tag with its prefix and is called as its file. One
// that somebody copied and changed is called otherwise, or else Grafana would not show it.
func (o *options) made(path string) (bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	if filepath.Ext(path) != ".json" {
		return bytes.HasPrefix(text, []byte(madeBy+"\n")), nil
	}
	var d struct {
		UID  string   `json:"uid"`
		Tags []string `json:"tags"`
	}
	if json.Unmarshal(text, &d) != nil {
		return false, nil // whatever it is, it is not ours
	}
	return slices.Contains(d.Tags, madeTag+o.uidPrefix) && strings.HasPrefix(d.UID, o.uidPrefix+"-") &&
		d.UID+".json" == filepath.Base(path), nil
}

// damaged reports whether a file is one of this command's that can no longer be read, as a conflict of a merge leaves it:
// no JSON, with the tag in it.
func (o *options) damaged(path string) (bool, error) {
	text, err := os.ReadFile(path)
	return err == nil && filepath.Ext(path) == ".json" && !json.Valid(text) && bytes.Contains(text, []byte(`"`+madeTag+o.uidPrefix+`"`)), err
}
