// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// The id of a record of a sketch is
//
//	sketch|metric|tuple|start|seconds|writer|revision
//
// The id of a record of a lease is
//
//	lease|writer|revision
//
// or, for a claim of leases, lease|writer|hash of their ids,
// where tuple is the attributes as a query of a URL has them, ordered by name.
const (
	sketchPrefix = "sketch|"
	leasePrefix  = "lease|"
	separator    = "|"
	startLayout  = "2006-01-02T15:04Z"
)

// place identifies a sketch.
type place struct {
	metric, tuple string
	bucket        bucket.Bucket
}

// id returns the id of a new record.
func (p place) id(writer string) string {
	return sketchPrefix + strings.Join([]string{
		p.metric, p.tuple, p.bucket.Start.UTC().Format(startLayout),
		strconv.Itoa(int(p.bucket.Length / time.Second)), writer, recordstore.NewRevision(),
	}, separator)
}

// parseID returns the place of a sketch's record. ok is false for an id that is none.
func parseID(id string) (p place, ok bool) {
	rest, ok := strings.CutPrefix(id, sketchPrefix)
	parts := strings.Split(rest, separator)
	if !ok || len(parts) != 6 {
		return place{}, false
	}
	start, err := time.Parse(startLayout, parts[2])
	if err != nil {
		return place{}, false
	}
	seconds, err := strconv.Atoi(parts[3])
	p = place{parts[0], parts[1], bucket.Bucket{Start: start.UTC(), Length: time.Duration(seconds) * time.Second}}
	return p, err == nil && p.bucket.Valid()
}

func newLeaseID(writer string) string {
	return leasePrefix + writer + separator + recordstore.NewRevision()
}

// newClaimID returns the id of the claim of these leases. It is the same in every process.
func newClaimID(writer string, leases []string) string {
	sum := sha256.Sum256([]byte(strings.Join(leases, " ")))
	return leasePrefix + writer + separator + hex.EncodeToString(sum[:16])
}

// writerOf returns the writer of a lease's record, or "" for another record.
func writerOf(id string) string {
	writer, _, _ := strings.Cut(strings.TrimPrefix(id, leasePrefix), separator)
	return writer
}
