// SPDX-License-Identifier: Apache-2.0

package library

import "github.com/otelanalytics/otelanalytics-go/internal/expression"

func refusal(problem, fix string) *expression.Error {
	return &expression.Error{Problem: problem, Fix: fix}
}
