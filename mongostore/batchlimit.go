// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"
	"log/slog"
	"regexp"
	"strconv"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// most is how many documents the server takes in one insert. Servers announce a number when a client connects, and some
// refuse fewer: the number is learned from the refusal.
type most struct {
	log   *slog.Logger
	limit atomic.Int64 // 0: as many as there are
}

// of returns how many of n documents go into the next insert.
func (m *most) of(n int) int {
	if limit := m.limit.Load(); limit > 0 {
		return min(n, int(limit))
	}
	return n
}

// leastLearned is the smallest limit that a refusal without a number leads to. A shorter insert is refused for another
// reason.
const leastLearned = 1_000

// batchSizes is what MongoDB, and servers that follow it, say about an insert of too many documents. The code differs.
var batchSizes = regexp.MustCompile(`Write batch sizes must be between 1 and (\d+)`)

// learn reports that err is the refusal of an insert of n documents because they are too many, and that there is a smaller
// limit from now on.
func (m *most) learn(n int, err error) bool {
	var command mongo.CommandError
	if !errors.As(err, &command) {
		return false
	}
	limit := 0
	const invalidLength = 16
	if said := batchSizes.FindStringSubmatch(command.Message); said != nil {
		limit, _ = strconv.Atoi(said[1])
	} else if mongoCode(int(command.Code)) == invalidLength && n > leastLearned {
		limit = max(n/2, leastLearned)
	}
	if limit < 1 || limit >= n {
		return false
	}
	m.limit.Store(int64(limit))
	m.log.Warn("mongodb: the server takes fewer documents in one insert; larger batches are split from now on",
		"batch", n, "limit", limit)
	return true
}
