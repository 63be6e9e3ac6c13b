// SPDX-License-Identifier: Apache-2.0

package migrate

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Texts in ISO 8601 as programs write them: Python's isoformat() and str(), JavaScript's toISOString(), Go's RFC 3339.
// The extended form has dashes and colons, and may end after the day or the minute; the basic form has none.
var (
	extended = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)? ?(.*))?$`)
	basic    = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)(?:[Tt](\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?(.*))?$`)
	offset   = regexp.MustCompile(`^([+-])(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.\d+)?)?)?$`)
)

// Why a text is no time. They are reasons in the report, and hold nothing of the text.
var (
	errForm = errors.New("timestamp is not in the form of ISO 8601")
	errDate = errors.New("timestamp names a day or a time of day that does not exist")
	errZone = errors.New("timestamp has a time zone that is neither Z nor an offset such as +02:00")
)

// parseISO reads a time; one without a time zone is in local. What is finer than nanoseconds is cut off.
//
// "+00:00Z", which programs write that append a Z to a time that has its offset already, is UTC.
func parseISO(text string, local *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	m := extended.FindStringSubmatch(text)
	if m == nil {
		m = basic.FindStringSubmatch(text)
	}
	if m == nil {
		return time.Time{}, errForm
	}
	zone, err := parseZone(m[8], local)
	if err != nil {
		return time.Time{}, err
	}
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n } // digits, or nothing: 0
	year, month, day, hour, minute, second := number(1), number(2), number(3), number(4), number(5), number(6)
	nanos, _ := strconv.Atoi((m[7] + "000000000")[:9])
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	// What does not exist, Date turns into something else.
	if int(t.Month()) != month || t.Day() != day || t.Hour() != hour || t.Minute() != minute || t.Second() != second {
		return time.Time{}, errDate
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone)
	if t.UTC().Year() < 1 { // events are found from the year 1 on
		return time.Time{}, errDate
	}
	return t, nil
}

func parseZone(text string, local *time.Location) (*time.Location, error) {
	switch strings.ToUpper(text) {
	case "":
		return local, nil
	case "Z", "+00:00Z", "UTC", "GMT":
		return time.UTC, nil
	}
	m := offset.FindStringSubmatch(text)
	if m == nil {
		return nil, errZone
	}
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n }
	hours, minutes, seconds := number(2), number(3), number(4)
	if hours > 23 || minutes > 59 || seconds > 59 {
		return nil, errZone
	}
	east := hours*3600 + minutes*60 + seconds
	if m[1] == "-" {
		east = -east
	}
	return time.FixedZone("", east), nil
}
