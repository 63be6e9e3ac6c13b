// SPDX-License-Identifier: Apache-2.0

//go:build unix

package migrate_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
)

// process is the command, as a user runs it.
type process struct {
	*exec.Cmd
	out, errs bytes.Buffer
}

func start(t *testing.T, binary string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(binary, args...)}
	p.Stdout, p.Stderr = &p.out, &p.errs
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// end waits, and returns the exit code; -1 after a signal.
func (p *process) end(t *testing.T) int {
	t.Helper()
	var exit *exec.ExitError
	if err := p.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

func oldOnes(t *testing.T, collection *mongo.Collection) int {
	t.Helper()
	n, err := collection.CountDocuments(t.Context(), bson.D{{Key: "timestamp", Value: bson.D{{Key: "$type", Value: "string"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// whenDone signals the process as soon as it has converted a document, which it comes to when so many were before it.
func (p *process) whenDone(t *testing.T, collection *mongo.Collection, doc pair, signal os.Signal) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		var now struct{ Timestamp any }
		if err := collection.FindOne(t.Context(), bson.D{{Key: "_id", Value: doc.old["_id"]}}).Decode(&now); err != nil {
			t.Fatal(err)
		}
		if _, ok := now.Timestamp.(bson.DateTime); ok {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after two minutes the document is still in the old form\n%s", &p.errs)
		}
	}
	if err := p.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// newEvent makes a document of today's form, as a service stores it beside the command.
func newEvent(n int) pair {
	id := uuid.New()
	doc := bson.M{
		"_id": bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}, "user_id": "new", "event_type": "e", "event_data": bson.M{},
		"timestamp": bson.DateTime(n), "received_at": bson.DateTime(n),
	}
	return pair{old: doc, want: doc}
}

// TestKilled kills the command with kill -9 in the middle, again and again, while a service stores events: in the end every
// document is what an undisturbed run makes of it.
func TestKilled(t *testing.T) {
	collection, command := clitest.MongoDB(t), clitest.Binary(t)
	each := scale(40)
	pairs := oldDocuments(each)
	insertOld(t, collection, pairs)
	n, unconvertible := len(pairs), each*garbage
	var served []pair
	serve := func() {
		e := newEvent(len(served))
		insertOld(t, collection, []pair{e})
		served = append(served, e)
	}
	for _, place := range []int{5, n / 4 / len(shapes) * len(shapes), n / 2 / len(shapes) * len(shapes)} {
		p := start(t, command, "migrate", "--batch", "20", "-o", "json")
		serve()
		p.whenDone(t, collection, pairs[place], syscall.SIGKILL)
		if code := p.end(t); code != -1 {
			t.Fatalf("it was too late to kill the command: exit code %d\n%s%s", code, &p.out, &p.errs)
		}
		serve()
		converted := check(t, documents(t, collection), pairs, true)
		t.Logf("killed when %d of %d documents were converted", converted, n-unconvertible)
		if converted == 0 || converted == n-unconvertible {
			t.Error("that was not in the middle")
		}
	}
	before := oldOnes(t, collection)
	p := start(t, command, "migrate", "-o", "json")
	serve()
	code := p.end(t)
	s := decode(t, p.out.String())
	// The server may have gone on with the last command of the killed process: up to 20 documents that this one finds converted.
	rest := before - unconvertible - s.Converted
	if code != 1 || !s.Finished || s.Found > before || rest < 0 || rest > 20 || s.left() != unconvertible {
		t.Errorf("exit code %d, %+v; %d documents were left\n%s", code, s, before, &p.errs)
	}
	got := documents(t, collection)
	if check(t, got, pairs, false) != n-unconvertible || len(got) != n+len(served) {
		t.Errorf("%d documents, want %d and the service's %d", len(got), n, len(served))
	}
	check(t, got, served, false)
	t.Logf("%d old documents; a service stored %d events meanwhile", n, len(served))
}

// TestTwoAtOnce: two runs at the same time do not get into each other's way.
func TestTwoAtOnce(t *testing.T) {
	collection, command := clitest.MongoDB(t), clitest.Binary(t)
	each := scale(10)
	pairs := oldDocuments(each)
	insertOld(t, collection, pairs)
	a, b := start(t, command, "migrate", "--batch", "10", "-o", "json"), start(t, command, "migrate", "--batch", "10", "-o", "json")
	codes := []int{a.end(t), b.end(t)}
	x, y := decode(t, a.out.String()), decode(t, b.out.String())
	// MongoDB lets one of the two have each document; FerretDB, now and then, both.
	if codes[0] != 1 || codes[1] != 1 || x.Converted+y.Converted < each*(len(shapes)-garbage) {
		t.Errorf("exit codes %v, %+v, %+v\n%s%s", codes, x, y, &a.errs, &b.errs)
	}
	check(t, documents(t, collection), pairs, false)
}

// TestInterrupted: ctrl-C ends the command after the batch that it is writing, and what it says is true.
func TestInterrupted(t *testing.T) {
	collection, command := clitest.MongoDB(t), clitest.Binary(t)
	each := scale(15)
	pairs := oldDocuments(each)
	insertOld(t, collection, pairs)
	p := start(t, command, "migrate", "--batch", "20", "-o", "json")
	p.whenDone(t, collection, pairs[2*len(shapes)], os.Interrupt)
	code := p.end(t)
	s := decode(t, p.out.String())
	converted := check(t, documents(t, collection), pairs, true)
	if code != 2 || s.Finished || s.Converted != converted || (s.Converted+s.left())%20 != 0 ||
		!strings.Contains(p.errs.String(), "interrupted after ") || !strings.Contains(p.errs.String(), "run the same command again") {
		t.Errorf("exit code %d, %+v; %d documents are converted\n%s", code, s, converted, &p.errs)
	}
	p = start(t, command, "migrate", "-o", "json")
	if code := p.end(t); code != 1 || !decode(t, p.out.String()).Finished {
		t.Errorf("the second time: exit code %d\n%s", code, &p.errs)
	}
	if n := check(t, documents(t, collection), pairs, false); n != each*(len(shapes)-garbage) {
		t.Errorf("%d documents are converted", n)
	}
}
