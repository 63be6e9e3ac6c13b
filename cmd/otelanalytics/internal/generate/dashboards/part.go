// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"errors"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// parts collects why parts of a dashboard do not validate.
type parts []error

func (p parts) err() error { return errors.Join(p...) }

// put builds a part and hands it to a method of the dashboard's builder. That builder leaves out a part that does not
// validate, and reports no error: the dashboard would be written without it.
func put[T any](broken *parts, with func(cog.Builder[T]) *dashboard.DashboardBuilder, part cog.Builder[T], name string) {
	value, err := part.Build()
	if err != nil {
		*broken = append(*broken, fmt.Errorf("%s is not valid for Grafana: %w", name, err))
		return
	}
	with(built[T]{value, nil})
}

// built is a builder of a part that is done.
type built[T any] struct {
	part T
	err  error
}

func (b built[T]) Build() (T, error) { return b.part, b.err }
