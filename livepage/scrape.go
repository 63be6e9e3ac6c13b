// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// scrapeTimeout bounds the wait for the page of metrics.
const scrapeTimeout = 5 * time.Second

// Reasons why there are no numbers.
var (
	errPage  = errors.New("the page of metrics cannot be read")
	errSlow  = fmt.Errorf("%w: it does not answer within %v", errPage, scrapeTimeout)
	errEnded = fmt.Errorf("%w: its handler panicked; the log has it", errPage)
	errLarge = fmt.Errorf("%w: it is larger than 64 MiB", errPage)
)

// scrape asks a handler for its page. A panic of the handler is logged and is errEnded.
func scrape(h http.Handler, logger *slog.Logger) (families map[string]*dto.MetricFamily, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			families, err = nil, errEnded
			logger.Error("the metrics handler of the live page panicked", slog.String("panic", fmt.Sprintf("%T", v)), slog.String("stack", string(debug.Stack())))
		}
	}()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1/metrics", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "text/plain;version=0.0.4")
	w := &memoryWriter{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return nil, fmt.Errorf("%w: status %d", errPage, w.status)
	}
	if w.full {
		return nil, errLarge
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err = parser.TextToMetricFamilies(&w.body)
	if err != nil {
		return nil, fmt.Errorf("%w: it has another format", errPage)
	}
	return families, nil
}

// memoryWriter holds an answer in memory, up to maxPage.
type memoryWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
	full   bool
}

func (w *memoryWriter) Header() http.Header { return w.header }

func (w *memoryWriter) WriteHeader(status int) { w.status = status }

// Write returns errLarge if p does not fit.
func (w *memoryWriter) Write(p []byte) (int, error) {
	if w.full || w.body.Len()+len(p) > maxPage {
		w.full = true
		return 0, errLarge
	}
	return w.body.Write(p)
}
