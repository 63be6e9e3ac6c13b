// SPDX-License-Identifier: Apache-2.0

package recordtest_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore/recordtest"
)

func TestMemory(t *testing.T) {
	recordtest.Run(t, func(*testing.T) recordstore.Store { return new(recordstore.Memory) })
}
