// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
)

func checkDataDirectory(_ context.Context, d *deployment) finding {
	if d.config.Storage == eventstore.Memory {
		return skipped("events are in memory (journal.storage): when the process ends, the events that MongoDB does not have are lost")
	}
	dir, auto := eventstore.ParentDir(d.config.Dir)
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		where, _ := filepath.Abs(dir)
		return failed("%s does not exist", where).
			advise("run this where the service runs, in its working directory; or give the directory with --data-dir or data_dir; to leave out this check: --skip data_directory")
	case err != nil:
		return failed("%v", err).advise("run this as the user that the service runs as")
	case !info.IsDir():
		return failed("%s is not a directory", dir).advise("set data_dir to the directory of the journal")
	}
	if info.Mode().Perm()&0o700 != 0o700 {
		return failed("%s: its owner cannot read, write and enter it (%v)", dir, info.Mode().Perm()).advise("chmod u+rwx %s", dir)
	}
	if hasOwners && info.Mode().Perm()&0o022 != 0 {
		return warning("%s: other users can write into it (%v), and so replace or remove the journal", dir, info.Mode().Perm()).
			advise("chmod go-w %s", dir)
	}
	for _, each := range d.directories() {
		if f, wrong := mixedOwners(each, info); wrong {
			return f
		}
		if f, wrong := readable(each); wrong {
			return f
		}
	}
	if auto {
		return ok("%s: only its owner can access its files; directories of processes: %d", dir, len(d.directories())-1)
	}
	return ok("%s: only its owner can access its files", dir)
}

// readable finds what others than the owner can look into, though the SDK creates it for its owner alone.
func readable(dir string) (finding, bool) {
	for _, path := range append([]string{filepath.Join(dir, "journal"), filepath.Join(dir, "quarantine.jsonl")}, suppressionCopies(dir)...) {
		info, err := os.Stat(path)
		if err == nil && hasOwners && info.Mode().Perm()&0o077 != 0 {
			return warning("%s: other users can read it (%v); it has the data of events in plain text", path, info.Mode().Perm()).
				advise("chmod go= %s", path), true
		}
	}
	return finding{}, false
}

// suppressionCopies returns the copies of lists of suppressed users: a directory that processes share has one for each list.
func suppressionCopies(dir string) []string {
	paths, _ := filepath.Glob(filepath.Join(dir, "suppressed-users*")) // the pattern is right
	return paths
}

// mixedOwners finds a part of the directory that the directory's owner cannot write, as when a program ran as root once.
func mixedOwners(dir string, info os.FileInfo) (finding, bool) {
	want, known := owner(info)
	if !known {
		return finding{}, false
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "journal", "*")) // the pattern is right
	paths = append(append(paths, suppressionCopies(dir)...), filepath.Join(dir, "quarantine.jsonl"))
	for _, path := range append([]string{filepath.Join(dir, "journal")}, paths...) {
		part, err := os.Stat(path)
		if err != nil {
			continue // not there yet, or no more
		}
		if got, _ := owner(part); got != want {
			return failed("%s belongs to user %d, and the directory to user %d", path, got, want).advise("chown -R %d %s", want, dir), true
		}
	}
	return finding{}, false
}

func checkJournal(ctx context.Context, d *deployment) finding {
	dir, auto := eventstore.ParentDir(d.config.Dir)
	r, each, err := inspectAll(ctx, d.config.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && auto:
		d.journal = &eventstore.JournalReport{Dir: dir}
		return ok("%s has no journal at the moment: each process removes its journal when all events are delivered", dir)
	case errors.Is(err, fs.ErrNotExist):
		return failed("%s has no journal: no service has used it", dir).
			advise("start the service, or give its directory with --data-dir")
	case errors.Is(err, context.DeadlineExceeded):
		return failed("it could not be read within %v", d.timeout).advise("--timeout %v", 10*d.timeout)
	case err != nil:
		return failed("%v", err).advise("run this as the user that the service runs as, with a release that is not older than the service's")
	}
	d.journal, d.journals = r, each
	if len(r.Damage) > 0 {
		return failed("%s cannot be read; %s lost", cli.Counted(int64(len(r.Damage)), "place"), cli.Counted(r.Lost, "event")).
			advise("otelanalytics journal inspect %s", dir).
			advise("check the disk: the log of the system, SMART")
	}
	if n := len(r.SetAside); n > 0 {
		return warning("no new damage, but %s with earlier damage in %s", cli.Counted(int64(n), "file"), filepath.Dir(r.SetAside[0].Path)).
			advise("delete them when you no longer need them, and check the disk")
	}
	for _, one := range each {
		for _, c := range one.Consumers {
			if segments := keptFor(&one, c); segments > 1 {
				return warning("no damage, but consumer %s has %s left, and the journal keeps %s for it that MongoDB does not need", c.Name,
					cli.Counted(c.Pending, "event"), cli.Counted(segments, "segment")).
					advise("the log of the service has the consumer's error").
					advise("if no service has this consumer any more, stop the service and run: otelanalytics journal drop-consumer %s %s", filepath.Dir(one.Dir), c.Name)
			}
		}
	}
	return ok("%s, %s, no damage", cli.Counted(int64(len(r.Segments)), "segment"), cli.Bytes(r.Bytes))
}

// keptFor counts the segments that are there for a consumer alone.
func keptFor(r *eventstore.JournalReport, c eventstore.JournalConsumer) (n int64) {
	for _, s := range r.Segments {
		if s.LastSeq > c.Checkpoint && s.LastSeq <= r.Checkpoint {
			n++
		}
	}
	return n
}

func checkJournalOpen(_ context.Context, d *deployment) finding {
	if _, auto := eventstore.ParentDir(d.config.Dir); auto && !d.journal.Held {
		return ok("no process runs at the moment; the next one adopts what is there")
	}
	if !d.journal.Held {
		return failed("no process has it open: the service does not run, or has another directory").
			advise("start the service, or give its directory with --data-dir or data_dir")
	}
	if d.journal.Holder == 0 {
		return ok("a process has it open")
	}
	return ok("process %d%s has it open", d.journal.Holder, program(d.journal.Holder))
}

// program is the name of a process in brackets, where the system tells.
func program(pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil || len(name) < 2 {
		return ""
	}
	return " (" + string(name[:len(name)-1]) + ")"
}

func checkDiskSpace(_ context.Context, d *deployment) finding {
	free, known := diskSpace(d.journal.Dir)
	if !known {
		return skipped("this operating system does not report the free space")
	}
	bound := d.config.JournalBytes
	need := max(bound-d.journal.Bytes, 0)
	f := ok
	switch {
	case free < min(need, 64<<20):
		f = failed
	case free < need+bound/2:
		f = warning
	default:
		return ok("%s free; the journal may grow by %s", cli.Bytes(free), cli.Bytes(need))
	}
	return f("%s free; the journal may grow by %s, to the bound of %s, and needs half of that beside it", cli.Bytes(free), cli.Bytes(need), cli.Bytes(bound)).
		advise("free space on the disk of %s, or lower journal.max_bytes", d.journal.Dir)
}

func checkPending(_ context.Context, d *deployment) finding {
	return judged(diagnosis.Pending(d.journal.Pending, time.Since(d.journal.Oldest), d.maxPendingAge))
}

func checkQuarantine(ctx context.Context, d *deployment) finding {
	n := int64(0)
	reasons := make(map[string]int64)
	dir, _ := eventstore.ParentDir(d.config.Dir)
	for _, each := range d.directories() {
		for e, err := range eventstore.ReadQuarantine(each) {
			if errors.Is(err, fs.ErrNotExist) {
				continue // a process has ended and removed it
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return failed("%v", err).advise("run this as the user that the service runs as")
			}
			n++
			reasons[e.Type+": "+e.Reason]++
		}
	}
	return judged(diagnosis.Quarantine(n, reasons, dir))
}
