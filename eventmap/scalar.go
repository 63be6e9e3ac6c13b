// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// untagged refuses explicit tags: they would make a value something else than it looks like.
func (n node) untagged() bool {
	if n.y.Style&yaml.TaggedStyle == 0 {
		return true
	}
	n.fail("the tag "+words.Quote(n.y.Tag)+" is not read", "remove it; quote the value if it is meant as text")
	return false
}

// scalar refuses mappings, lists, tags and nothing at all.
func (n node) scalar(want, fix string) bool {
	if n.y.Kind != yaml.ScalarNode || n.null() && n.y.Style&yaml.TaggedStyle == 0 {
		n.fail("must be "+want+", not "+n.kind(), fix)
		return false
	}
	return n.untagged()
}

// text reads text. Booleans and whole numbers are text too where they can be written in one way only
// (true, 404), since a list of status codes is no place for quotes; dates, fractions, True and 0x10 are
// not.
func (n node) text() (string, bool) {
	return n.textOf("write text, in quotes where YAML would read something else")
}

// textOf is text with what to say of a list, a mapping or nothing at all.
func (n node) textOf(fix string) (string, bool) {
	if !n.scalar("text", fix) {
		return "", false
	}
	v := n.y.Value
	switch n.y.ShortTag() {
	case "!!str":
		return v, true
	case "!!bool":
		if v == "true" || v == "false" {
			return v, true
		}
	case "!!int":
		if i, err := strconv.ParseInt(v, 10, 64); err == nil && strconv.FormatInt(i, 10) == v {
			return v, true
		}
	}
	n.fail("must be text, not "+n.kind(), "put it in quotes: "+words.Quote(v))
	return "", false
}

// word reads one of a few known words.
func (n node) word(known ...string) (string, bool) {
	s, ok := n.textOf("write one of " + words.List(known))
	if !ok {
		return "", false
	}
	if !slices.Contains(known, s) {
		n.fail(words.Quote(s)+" is not known", words.Suggest(s, known, "known"))
		return "", false
	}
	return s, true
}

// boolean reads true or false.
func (n node) boolean() (value, ok bool) {
	const fix = "write true or false"
	if !n.scalar("true or false", fix) {
		return false, false
	}
	if n.y.ShortTag() != "!!bool" {
		n.fail("must be true or false, not "+n.kind(), fix)
		return false, false
	}
	return strings.EqualFold(n.y.Value, "true"), true
}

// integer reads a whole decimal number between two bounds.
func (n node) integer(lo, hi int) (int, bool) {
	fix := "write a whole number from " + strconv.Itoa(lo) + " to " + strconv.Itoa(hi)
	if !n.scalar("a whole number", fix) {
		return 0, false
	}
	if tag := n.y.ShortTag(); tag != "!!int" && tag != "!!float" {
		n.fail("must be a whole number, not "+n.kind(), fix)
		return 0, false
	}
	v, ok := n.decimal()
	if !ok {
		return 0, false
	}
	if v != math.Trunc(v) {
		n.fail("must be a whole number, not "+n.kind(), fix)
		return 0, false
	}
	if v < float64(lo) || v > float64(hi) {
		n.fail(words.Quoteless(n.y.Value)+" is out of range", fix)
		return 0, false
	}
	return int(v), true
}

// number reads a finite number.
func (n node) number() (float64, bool) {
	const fix = "write a finite number, such as 2 or 0.5"
	if !n.scalar("a number", fix) {
		return 0, false
	}
	if tag := n.y.ShortTag(); tag != "!!int" && tag != "!!float" {
		n.fail("must be a number, not "+n.kind(), fix)
		return 0, false
	}
	return n.decimal()
}

// decimal turns a node that YAML takes for a number into one. Hexadecimal, octal (also the old form
// 010, which readers disagree about) and underscores are refused.
func (n node) decimal() (float64, bool) {
	v := n.y.Value
	digits := strings.TrimLeft(v, "+-")
	old := len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9'
	if old || strings.ContainsAny(digits, "xXoObB_") {
		n.fail(words.Quoteless(v)+" is not a decimal number", "write it with decimal digits, such as 12, without leading zeros or underscores")
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimPrefix(strings.ToLower(v), "+"), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) { // .inf, .nan and 1e999
		n.fail(words.Quoteless(v)+" is not a finite number", "write a finite number, such as 2 or 0.5")
		return 0, false
	}
	return f + 0, true // -0 becomes 0
}
