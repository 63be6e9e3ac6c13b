// SPDX-License-Identifier: Apache-2.0

package eventstream

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
)

// Open connects to a deployment, and makes sure that the index on a time is there that the stream reads by. The caller closes the stream.
func Open(ctx context.Context, deployment *connect.Flags, field string, createIndex bool) (*Stream, error) {
	_, db, err := deployment.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &Stream{DB: db, Field: field}
	if err := s.EnsureIndex(ctx, createIndex); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close ends the connection.
func (s *Stream) Close() { s.DB.Close() }
