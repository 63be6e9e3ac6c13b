// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// verify reads a file back. promtool leaves out samples that are out of order, doubled or before 1970, and says nothing: a
// file must have none, and each sample that the slice has.
func verify(path string, s *slice) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	n, ended := 0, false
	next := func() (string, bool) {
		for lines.Scan() {
			n++
			line := lines.Text()
			ended = line == "# EOF"
			if !strings.HasPrefix(line, "#") {
				return line, true
			}
		}
		return "", false
	}
	latest := map[string]int64{} // of the series of the family that is read
	in := ""
	err = s.samples(func(f *family) { clear(latest); in = f.name }, func(want sample) error {
		line, ok := next()
		if !ok {
			return fmt.Errorf("%s: it ends with line %d, in the middle of %s", path, n, in)
		}
		got, err := parseSample(line)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if got.series != want.series() || got.at != want.at || got.value != want.value && !(math.IsNaN(got.value) && math.IsNaN(want.value)) {
			return fmt.Errorf("%s:%d: it has %q, and %s %v at %d was computed", path, n, line, want.series(), want.value, want.at/1000)
		}
		if at, seen := latest[got.series]; got.at < 0 || seen && got.at <= at {
			return fmt.Errorf("%s:%d: a sample that promtool leaves out: it is not later than the one before", path, n)
		}
		latest[got.series] = got.at
		return nil
	})
	if err != nil {
		return err
	}
	if line, more := next(); more || !ended {
		return fmt.Errorf("%s:%d: it has more than was computed, or no end: %q", path, n, line)
	}
	return lines.Err()
}

// series returns the name and the labels of a sample, as its line has them.
func (x *sample) series() string {
	switch {
	case x.le != "" && x.labels != "":
		return x.name + "{" + x.labels + `,le="` + x.le + `"}`
	case x.le != "":
		return x.name + `{le="` + x.le + `"}`
	case x.labels != "":
		return x.name + "{" + x.labels + "}"
	default:
		return x.name
	}
}

// parsed is what a line says.
type parsed struct {
	series string
	value  float64
	at     int64
}

func parseSample(line string) (parsed, error) {
	rest, at, ok := cutLast(line)
	series, value, ok2 := cutLast(rest)
	seconds, err := strconv.ParseInt(at, 10, 64)
	v, err2 := strconv.ParseFloat(value, 64)
	if !ok || !ok2 || err != nil || err2 != nil {
		return parsed{}, fmt.Errorf("%q is no sample with a time", line)
	}
	return parsed{series, v, seconds * 1000}, nil
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
