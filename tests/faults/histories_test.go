// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// history is a service to which things happen in a random order, and the model of what may be lost meanwhile: nothing
// but what damage makes unreadable, and that is counted or reported.
type history struct {
	t      *rapid.T
	server *wireserver.Server
	up     bool
	disk   *disk // nil where none can be mounted
	full   bool
	conf   settings
	proc   *process
	truth  *truth
	orders int
	kills  int

	damaged   bool            // ever
	lost      int64           // as the processes counted
	told      bool            // a log told of damage
	firstTold string          // the line that told it first
	zeroed    bool            // the end of a file became zeros, as a loss of power does
	atRisk    map[string]bool // names of events in or around what was damaged: they may be missing
}

// histories numbers the directories, so that none is used twice.
var histories atomic.Int64

// TestHistories runs random histories of tracking, kills, restarts, outages, refused events, full disks and damage, and compares
// what is stored or in quarantine with what may be lost. -rapid.checks says how many; a failure is shrunk, and printed with the seed that
// repeats it.
func TestHistories(t *testing.T) {
	t.Parallel()
	d, why := mount(t.TempDir(), 24<<20)
	if d == nil {
		t.Log("without full disks: " + why)
		noteSkip(t.Name() + "/full disks: " + why)
	} else {
		t.Cleanup(d.unmount)
	}
	var kills, damages, fills, outages, events atomic.Int64
	count := func(n *atomic.Int64, f func(*history)) func(*history) {
		return func(h *history) { n.Add(1); f(h) }
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := begin(t, rt, d)
		defer func() { h.proc.kill() }() // the last one
		actions := map[string]func(*rapid.T){}
		for name, action := range map[string]func(*history){
			"track":   (*history).track,
			"batch":   (*history).batch,
			"killed":  count(&kills, (*history).killed),
			"restart": (*history).restart,
			"flush":   (*history).flush,
			"server":  count(&outages, (*history).toggleServer),
			"damaged": count(&damages, (*history).damage),
			"disk":    count(&fills, (*history).toggleDisk),
		} {
			actions[name] = func(rt *rapid.T) { h.t = rt; h.proc.t = rt; action(h) }
		}
		rt.Repeat(actions)
		h.t, h.proc.t = rt, rt
		h.end()
		n, _ := h.truth.numbers()
		events.Add(int64(n))
	})
	t.Logf("%d kills, %d damaged journals, %d changes of the disk, %d of the server; %d events accepted",
		kills.Load(), damages.Load(), fills.Load(), outages.Load(), events.Load())
}

func begin(t *testing.T, rt *rapid.T, d *disk) *history {
	server := wireserver.Start(t)
	server.Script(refusePoison)
	h := &history{t: rt, server: server, up: true, disk: d, truth: newTruth(), atRisk: map[string]bool{}}
	h.conf = settings{URI: server.ImpatientURI(), BatchSize: 100}
	if d != nil {
		_ = d.free()
		dir := fmt.Sprintf("%s-%d", d.data(), histories.Add(1))
		h.conf.Dir = dir
		rt.Cleanup(func() { _ = os.RemoveAll(dir) })
	} else {
		h.conf.Dir = t.TempDir()
	}
	h.start()
	return h
}

// hear takes note of what the process says of damage, before another one takes its place: it may find some long after its start.
func (h *history) hear() {
	for line := range strings.Lines(h.proc.log.String()) {
		if !h.told && strings.Contains(line, "damage found") {
			h.told, h.firstTold = true, line
		}
	}
}

// start starts the process, and takes note of what it says of damage.
func (h *history) start() {
	if h.proc != nil {
		h.hear()
	}
	p, err := launch(h.t, h.conf)
	if err != nil {
		h.t.Fatalf("the service does not start: %v", err)
	}
	h.proc = p
	lost := scrape(h.t, p.url).Events("lost")
	h.lost += lost
	h.hear()
	if (lost > 0 || h.told) && !h.damaged {
		h.t.Errorf("%d events are said to be lost, and nothing was damaged:\n%s%s", lost, h.firstTold, p.log)
	}
}

func (h *history) order() order {
	h.orders++
	o := order{
		Prefix: rapid.SampledFrom([]string{"", "", "", "poison"}).Draw(h.t, "refused") + fmt.Sprint(h.orders),
		Number: rapid.IntRange(1, 60).Draw(h.t, "events"),
		Pad:    rapid.SampledFrom([]int{0, 10, 100, 500, 3_000, 40_000}).Draw(h.t, "pad"),
		Ack:    rapid.SampledFrom([]string{"written", "synced"}).Draw(h.t, "ack"),
		Limit:  10 * time.Second,
	}
	return o
}

// track tracks; only a full disk is a reason to refuse.
func (h *history) track() { h.tracked(h.order()) }

func (h *history) batch() {
	o := h.order()
	o.Batch = rapid.IntRange(1, 30).Draw(h.t, "batch")
	h.tracked(o)
}

func (h *history) tracked(o order) {
	h.proc.track(o, func(a answer) {
		h.truth.heardFrom(a)
		if !a.Accepted && !(h.crowded() && strings.Contains(a.Error, "no space left")) {
			h.t.Errorf("refused (disk full: %v): %s", h.full, a.Error)
		}
	})
}

// crowded says whether the disk is full, be it of events, and of copies of what is damaged. A delivery that is under way may just have
// made some room.
func (h *history) crowded() bool {
	if h.full || h.disk == nil {
		return h.full
	}
	room, err := h.disk.room()
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	return room < 4<<20
}

// killed kills the process with kill -9 in the middle of tracking.
func (h *history) killed() {
	after := rapid.IntRange(1, 100).Draw(h.t, "answers")
	o := h.order()
	o.Number = 0
	n := 0
	h.proc.track(o, func(a answer) {
		h.truth.heardFrom(a)
		if n++; n == after {
			_ = h.proc.cmd.Process.Kill()
		}
	})
	h.proc.kill()
	h.kills++
	h.start()
}

// restart stops the process as a service is stopped, without time to deliver.
func (h *history) restart() {
	h.proc.shutdown(10 * time.Millisecond)
	h.start()
}

func (h *history) flush() {
	if !h.up {
		h.t.Skip("MongoDB is away")
	}
	h.proc.flush()
	scrape(h.t, h.proc.url).balanced(h.t)
}

func (h *history) toggleServer() {
	if h.up = !h.up; h.up {
		h.server.Up()
	} else {
		h.server.Down()
	}
}

func (h *history) toggleDisk() {
	if h.disk == nil {
		h.t.Skip("no disk of its own")
	}
	change := h.disk.fill
	if h.full {
		change = h.disk.free
	}
	if err := change(); err != nil {
		h.t.Fatalf("%v", err)
	}
	h.full = !h.full
}

// margin is how far around a damaged range events can lie in blocks that it touches: a block, and the longest event.
const margin = 32<<10 + 48<<10

// named finds the names of events in their documents.
var named = regexp.MustCompile(`(?s)\x02name\x00....((?:poison)?[0-9]+-[0-9]+)\x00`)

// damage kills the process, and damages a range of its journal.
func (h *history) damage() {
	h.proc.kill()
	h.kills++
	files, err := filepath.Glob(filepath.Join(h.conf.Dir, "journal", "*.journal"))
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	if len(files) > 0 {
		file := rapid.SampledFrom(files).Draw(h.t, "file")
		h.damageFile(file)
	}
	if rapid.Bool().Draw(h.t, "checkpoint too") {
		// Without one everything is read again, and damage in what was delivered counts, too.
		if err := os.Truncate(filepath.Join(h.conf.Dir, "journal", "checkpoint"), 0); err != nil && !os.IsNotExist(err) {
			h.t.Fatalf("%v", err)
		}
	}
	h.start()
}

func (h *history) damageFile(name string) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < 100 {
		return
	}
	at := rapid.Int64Range(0, info.Size()-1).Draw(h.t, "at")
	length := min(rapid.Int64Range(1, 2_000).Draw(h.t, "length"), info.Size()-at)
	from := max(0, at-margin)
	around := make([]byte, min(at+length+margin, info.Size())-from)
	if _, err := f.ReadAt(around, from); err != nil {
		h.t.Fatalf("%v", err)
	}
	b := bytes.Clone(around[at-from : at-from+length])
	how := rapid.SampledFrom([]string{"flipped", "zeroed", "random"}).Draw(h.t, "how")
	last := 0
	for i := range b {
		last = i
		switch how {
		case "flipped":
			b[i] ^= 1 << (i % 8)
		case "zeroed":
			b[i] = 0
		default:
			b[i] = byte(rapid.Uint8().Draw(h.t, "byte"))
		}
		if how == "random" && i > 20 {
			break
		}
	}
	if _, err := f.WriteAt(b, at); err != nil {
		h.t.Fatalf("%v", err)
	}
	h.damaged = true
	end := make([]byte, info.Size()-at-int64(last))
	if _, err := f.ReadAt(end, at+int64(last)); err != nil {
		h.t.Fatalf("%v", err)
	}
	h.zeroed = h.zeroed || len(bytes.Trim(end, "\x00")) == 0 // documents end with zeros
	for _, m := range named.FindAllSubmatch(withoutHeaders(around, from), -1) {
		h.atRisk[string(m[1])] = true
	}
}

// withoutHeaders returns a range of a segment, from an offset on, without the header that each block begins with: a record
// that crosses from one block into the next may have its name there.
func withoutHeaders(b []byte, from int64) []byte {
	const header = 23
	var joined []byte
	for len(b) > 0 {
		left := block - from%block
		n := min(left, int64(len(b)))
		if skip := max(0, header-from%block); from >= block && skip < n {
			joined = append(joined, b[skip:n]...)
		} else if from < block {
			joined = append(joined, b[:n]...)
		}
		b, from = b[n:], from+n
	}
	return joined
}

// end makes everything well, delivers, and compares.
func (h *history) end() {
	if h.full {
		h.toggleDisk()
	}
	h.server.Up()
	h.proc.flush()
	p := scrape(h.t, h.proc.url)
	p.balanced(h.t)
	there := storedOf(h.server.Documents())
	torn := 0
	for e, err := range eventstore.ReadQuarantine(h.conf.Dir) {
		if err != nil {
			h.t.Fatalf("%v", err)
		}
		if e.Document == nil { // a kill tore the line; the event has another one
			torn++
			continue
		}
		there[nameOf(e.Document)]++
	}
	if torn > h.kills {
		h.t.Errorf("%d lines of the quarantine are torn, after %d kills", torn, h.kills)
	}
	h.hear()
	missing := h.truth.check(h.t, there, int64(len(h.atRisk)))
	for name := range h.truth.missing(there) {
		if !h.atRisk[name] {
			h.t.Errorf("%s is missing, and lay in nothing that was damaged", name)
		}
	}
	// At the very end of a journal nothing tells how many events there were: it is reported, unless it is zeros.
	if missing > h.lost && !h.told && !h.zeroed {
		h.t.Errorf("%d events are missing, %d are said to be lost, and no log tells of damage", missing, h.lost)
	}
	h.server.Down()
}
