// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"io/fs"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// directories returns the data directory, and those of processes below it.
func (d *deployment) directories() []string {
	parent, _ := eventstore.ParentDir(d.config.Dir)
	all := []string{parent}
	dirs, _ := eventstore.DataDirs(parent) // a directory that cannot be read is another check's
	for _, dir := range dirs {
		if dir.Process {
			all = append(all, dir.Path)
		}
	}
	return all
}

// inspectAll inspects the journal of a data directory. Where processes have their directories below it, sum is about all of them,
// and each has one report a directory.
func inspectAll(ctx context.Context, dir string) (sum *eventstore.JournalReport, each []eventstore.JournalReport, err error) {
	parent, _ := eventstore.ParentDir(dir)
	dirs, err := eventstore.DataDirs(parent)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range dirs {
		r, err := eventstore.InspectJournal(ctx, d.Path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // its process begins, or has ended and removed it
		}
		if err != nil {
			return nil, nil, err
		}
		each = append(each, r)
	}
	switch len(each) {
	case 0:
		r, err := eventstore.InspectJournal(ctx, parent)
		return &r, nil, err
	case 1:
		return &each[0], each, nil
	}
	sum = &eventstore.JournalReport{Dir: parent}
	for _, r := range each {
		sum.Held = sum.Held || r.Held
		sum.Bytes += r.Bytes
		sum.Pending += r.Pending
		sum.Lost += r.Lost
		sum.TornBytes += r.TornBytes
		sum.Segments = append(sum.Segments, r.Segments...)
		sum.Damage = append(sum.Damage, r.Damage...)
		sum.SetAside = append(sum.SetAside, r.SetAside...)
		if !r.Oldest.IsZero() && (sum.Oldest.IsZero() || r.Oldest.Before(sum.Oldest)) {
			sum.Oldest = r.Oldest
		}
	}
	return sum, each, nil
}
