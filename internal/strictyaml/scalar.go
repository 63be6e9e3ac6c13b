// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Untagged refuses explicit tags: they would make a value something else than it looks like.
func (n Node) Untagged() bool {
	if n.y.Style&yaml.TaggedStyle == 0 {
		return true
	}
	n.Fail("the tag "+words.Quote(n.y.Tag)+" is not read", "remove it; quote the value if it is meant as text")
	return false
}

// Scalar refuses mappings, lists, tags and nothing at all.
func (n Node) Scalar(want, fix string) bool {
	if n.y.Kind != yaml.ScalarNode || n.Null() && n.y.Style&yaml.TaggedStyle == 0 {
		n.Fail("must be "+want+", not "+n.Kind(), fix)
		return false
	}
	return n.Untagged()
}

// Text reads text. Booleans and whole numbers are text too where they can be written in one way only
// (true, 404), since a list of status codes is no place for quotes; dates, fractions, True and 0x10 are
// not.
func (n Node) Text() (string, bool) {
	return n.TextOf("write text, in quotes where YAML would read something else")
}

// TextOf is text with what to say of a list, a mapping or nothing at all.
func (n Node) TextOf(fix string) (string, bool) {
	if !n.Scalar("text", fix) {
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
	n.Fail("must be text, not "+n.Kind(), "put it in quotes: "+words.Quote(v))
	return "", false
}

// Word reads one of a few known words.
func (n Node) Word(known ...string) (string, bool) {
	s, ok := n.TextOf("write one of " + words.List(known))
	if !ok {
		return "", false
	}
	if !slices.Contains(known, s) {
		n.Fail(words.Quote(s)+" is not known", words.Suggest(s, known, "known"))
		return "", false
	}
	return s, true
}

// Boolean reads true or false.
func (n Node) Boolean() (value, ok bool) {
	const fix = "write true or false"
	if !n.Scalar("true or false", fix) {
		return false, false
	}
	if n.y.ShortTag() != "!!bool" {
		n.Fail("must be true or false, not "+n.Kind(), fix)
		return false, false
	}
	return strings.EqualFold(n.y.Value, "true"), true
}

// Integer reads a whole decimal number between two bounds.
func (n Node) Integer(lo, hi int) (int, bool) {
	fix := "write a whole number from " + strconv.Itoa(lo) + " to " + strconv.Itoa(hi)
	if !n.Scalar("a whole number", fix) {
		return 0, false
	}
	if tag := n.y.ShortTag(); tag != "!!int" && tag != "!!float" {
		n.Fail("must be a whole number, not "+n.Kind(), fix)
		return 0, false
	}
	v, ok := n.decimal()
	if !ok {
		return 0, false
	}
	if v != math.Trunc(v) {
		n.Fail("must be a whole number, not "+n.Kind(), fix)
		return 0, false
	}
	if v < float64(lo) || v > float64(hi) {
		n.Fail(words.Quoteless(n.y.Value)+" is out of range", fix)
		return 0, false
	}
	return int(v), true
}

// Number reads a finite number.
func (n Node) Number() (float64, bool) {
	const fix = "write a finite number, such as 2 or 0.5"
	if !n.Scalar("a number", fix) {
		return 0, false
	}
	if tag := n.y.ShortTag(); tag != "!!int" && tag != "!!float" {
		n.Fail("must be a number, not "+n.Kind(), fix)
		return 0, false
	}
	return n.decimal()
}

// decimal turns a node that YAML takes for a number into one. Hexadecimal, octal (also the old form
// 010, which readers disagree about) and underscores are refused.
func (n Node) decimal() (float64, bool) {
	v := n.y.Value
	digits := strings.TrimLeft(v, "+-")
	old := len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9'
	if old || strings.ContainsAny(digits, "xXoObB_") {
		n.Fail(words.Quoteless(v)+" is not a decimal number", "write it with decimal digits, such as 12, without leading zeros or underscores")
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimPrefix(strings.ToLower(v), "+"), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) { // .inf, .nan and 1e999
		n.Fail(words.Quoteless(v)+" is not a finite number", "write a finite number, such as 2 or 0.5")
		return 0, false
	}
	return f + 0, true // -0 becomes 0
}
