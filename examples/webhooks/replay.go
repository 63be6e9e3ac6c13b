// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// replay posts recorded deliveries to a webhook, as GitHub would.
type replay struct {
	url    string
	secret []byte
	client *otelanalytics.Client // whose counters are the outcome
	logger *slog.Logger
}

// outcome is what became of a file's deliveries. After a replay,
// accepted + recovered = stored + deduplicated + pending + quarantined + suppressed + lost.
type outcome struct {
	Accepted     int64 `json:"accepted"`
	Rejected     int64 `json:"rejected"` // lines of the file that were damaged or refused
	Stored       int64 `json:"stored"`
	Deduplicated int64 `json:"deduplicated"` // a process before this one stored them
	Pending      int64 `json:"pending"`
	Quarantined  int64 `json:"quarantined"`
	Suppressed   int64 `json:"suppressed"`
	Duplicate    int64 `json:"duplicate"` // delivered more than once: stored and counted once
	Recovered    int64 `json:"recovered"` // left in the journal by a process before this one
	Lost         int64 `json:"lost"`
}

// recorded is one line of a file. Deliveries that were recorded without their
// id get one that is always the same for the same line of the same file.
type recorded struct {
	Event    string          `json:"event"`
	Delivery string          `json:"delivery"`
	Payload  json.RawMessage `json:"payload"`
}

// run posts the deliveries of a file in its order, one at a time, and waits
// until all that were accepted are stored. A line that is damaged or refused
// is logged and counted, and does not end the replay.
func (r *replay) run(ctx context.Context, file string) (outcome, error) {
	rejected, err := r.file(ctx, file)
	err = errors.Join(err, r.client.Flush(ctx))
	s := r.client.Stats()
	return outcome{
		Accepted: s.Accepted, Rejected: rejected, Stored: s.Stored, Deduplicated: s.Deduplicated, Pending: s.Pending,
		Quarantined: s.Quarantined, Duplicate: s.Duplicate, Recovered: s.Recovered, Suppressed: s.Suppressed, Lost: s.Lost,
	}, err
}

func (r *replay) file(ctx context.Context, file string) (rejected int64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	lines := bufio.NewReader(unzipped)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s#%d", filepath.Base(file), number))
			if err := r.line(ctx, line, id.String()); err != nil {
				if ctx.Err() != nil {
					return rejected, err
				}
				r.logger.Warn("delivery not replayed", "file", file, "line", number, "error", err)
				rejected++
			}
		}
		if errors.Is(err, io.EOF) {
			return rejected, nil
		}
		if err != nil { // a gzip stream that is cut off: nothing readable follows
			return rejected, fmt.Errorf("%s: line %d: %w", file, number, err)
		}
	}
}

// line posts one line of the file. A service that has no room is asked again
// when it says so.
func (r *replay) line(ctx context.Context, line []byte, id string) error {
	var d recorded
	if err := json.Unmarshal(line, &d); err != nil {
		return err
	}
	if d.Event == "" || d.Payload == nil {
		return errors.New(`"event" or "payload" is missing`)
	}
	if d.Delivery == "" {
		d.Delivery = id
	}
	for {
		wait, err := r.post(ctx, d)
		if wait == 0 {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// post posts one delivery. A wait above zero asks for it to be posted again.
func (r *replay) post(ctx context.Context, d recorded) (wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(d.Payload))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-GitHub-Event", d.Event)
	req.Header.Set("X-GitHub-Delivery", d.Delivery)
	if len(r.secret) > 0 {
		req.Header.Set("X-Hub-Signature-256", sign(r.secret, d.Payload))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10)) // read to the end, or the connection is not used again
	if resp.StatusCode == http.StatusAccepted {
		return 0, nil
	}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second, nil
	}
	return 0, fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(text)))
}
