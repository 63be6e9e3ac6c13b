// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"os"
	"runtime/debug"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// memoryLimit is from where on the garbage collector works harder, so that garbage does not add to what hostile clients have the
// collector hold. GOMEMLIMIT sets another.
const memoryLimit = 46 << 20

// smallerBatch is the documents in one insert, unless the configuration asks for other than the SDK's default: while a batch is
// delivered, its bytes are held three times.
const smallerBatch = 50

func batchSize(cfg config.Config) int {
	if cfg.BatchSize == eventstore.DefaultBatchSize {
		return smallerBatch
	}
	return cfg.BatchSize
}

func limitMemory(cfg config.Config) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	limit := int64(memoryLimit)
	if cfg.Storage == eventstore.Memory {
		limit += 2 * cfg.MemoryBytes
	}
	debug.SetMemoryLimit(limit)
}
