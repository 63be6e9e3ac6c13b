// SPDX-License-Identifier: Apache-2.0

package query

import (
	"strings"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// maxData is how many characters of an event's data the table shows; JSON has them whole.
const maxData = 100

// table writes events page by page, in columns that become wider when a later page needs it.
type table struct {
	widths [3]int // of all columns but the last
	begun  bool
}

func (t *table) write(text *cli.Text, events []event) {
	rows := make([][4]string, len(events))
	for i := range events {
		rows[i] = row(&events[i])
	}
	header := [4]string{"time", "type", "user", "data"}
	for _, r := range append(rows, header) {
		for i := range t.widths {
			t.widths[i] = max(t.widths[i], utf8.RuneCountInString(r[i]))
		}
	}
	if !t.begun {
		t.begun = true
		text.Printf("%s\n", text.Bold(t.line(header)))
	}
	for _, r := range rows {
		text.Printf("%s\n", t.line(r))
	}
}

func (t *table) line(row [4]string) string {
	var b strings.Builder
	for i, width := range t.widths {
		b.WriteString(row[i] + strings.Repeat(" ", width-utf8.RuneCountInString(row[i])+2))
	}
	return strings.TrimRight(b.String()+row[3], " ")
}

func row(e *event) [4]string {
	user := cli.Safe(e.UserID)
	if user == "" {
		user = "-"
	}
	data := cli.Safe(string(e.Data))
	if runes := []rune(data); len(runes) > maxData {
		data = string(runes[:maxData]) + "…"
	}
	return [4]string{e.Timestamp, cli.Safe(e.Type), user, data}
}
