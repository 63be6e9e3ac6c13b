// SPDX-License-Identifier: Apache-2.0

package page

import (
	"errors"
	"slices"
)

// maxErrors bounds how many series of a metric are told of one by one.
const maxErrors = 10

// joined returns the errors as one, or nil.
func joined(errs []error) error { return errors.Join(slices.Clone(errs)...) }
