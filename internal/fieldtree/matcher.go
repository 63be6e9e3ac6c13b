// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// matcher tells whether a pattern finds something in a text. For text of ASCII it has an automaton with a table, one step a byte, where
// that is small; package regexp does the rest, in many times the time.
type matcher struct {
	pattern *regexp.Regexp
	next    []uint8 // the next state by the state and the byte, 128 for each state; nil: there is no automaton
	atEnd   []bool  // by state: the text may end there
	always  bool
}

const (
	maxStates       = 64
	maxInstructions = 200
	found           = 255 // the state in which the pattern has found something
)

// newMatcher compiles a pattern, which the loader has compiled before.
func newMatcher(pattern string) *matcher {
	m := &matcher{pattern: regexp.MustCompile(pattern)}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return m
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(prog.Inst) > maxInstructions {
		return m
	}
	for i := range prog.Inst {
		if in := &prog.Inst[i]; in.Op == syntax.InstEmptyWidth && syntax.EmptyOp(in.Arg)&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0 {
			return m // it depends on the bytes beside it
		}
	}
	(&automaton{prog: prog}).build(m)
	return m
}

// match reports whether the pattern finds something in a text.
func (m *matcher) match(text []byte) bool {
	if m.next == nil {
		return m.always || m.pattern.Match(text)
	}
	state := uint8(0)
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return m.pattern.Match(text)
		}
		if state = m.next[int(state)<<7|int(b)]; state == found {
			return true
		}
	}
	return m.atEnd[state]
}

// automaton makes the states of a matcher. A state is the instructions that wait for the next character, or for the end of the text.
type automaton struct {
	prog   *syntax.Prog
	states [][]uint32 // ascending; the first is that of the beginning, to which nothing leads
}

// build fills in the automaton, unless that has too many states.
func (a *automaton) build(m *matcher) {
	first, matched := a.closure(nil, uint32(a.prog.Start), syntax.EmptyBeginText)
	if matched {
		m.always = true
		return
	}
	a.states = [][]uint32{first}
	var next []uint8
	var atEnd []bool
	for s := 0; s < len(a.states); s++ {
		set, ends := a.states[s], syntax.EmptyEndText
		if s == 0 {
			ends |= syntax.EmptyBeginText
		}
		end := false
		for _, pc := range set {
			if a.prog.Inst[pc].Op == syntax.InstEmptyWidth {
				_, reached := a.closure(nil, pc, ends)
				end = end || reached
			}
		}
		atEnd = append(atEnd, end)
		for b := range rune(utf8.RuneSelf) {
			to, matched := a.closure(nil, uint32(a.prog.Start), 0) // the pattern may begin at the next byte
			for _, pc := range set {
				if in := &a.prog.Inst[pc]; in.Op != syntax.InstEmptyWidth && in.MatchRune(b) {
					var reached bool
					to, reached = a.closure(to, in.Out, 0)
					matched = matched || reached
				}
			}
			if matched {
				next = append(next, found)
				continue
			}
			slices.Sort(to)
			i := 1 + slices.IndexFunc(a.states[1:], func(known []uint32) bool { return slices.Equal(known, to) })
			if i == 0 { // a new one
				if i = len(a.states); i == maxStates {
					return
				}
				a.states = append(a.states, to)
			}
			next = append(next, uint8(i))
		}
	}
	m.next, m.atEnd = next, atEnd
}

// closure adds to a set what can be reached from an instruction without a character, where the assertions of holds are true. It reports
// whether that is a match.
func (a *automaton) closure(set []uint32, pc uint32, holds syntax.EmptyOp) ([]uint32, bool) {
	matched := false
	seen := make(map[uint32]bool)
	for todo := []uint32{pc}; len(todo) > 0; {
		pc := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		switch in := &a.prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			todo = append(todo, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			todo = append(todo, in.Out)
		case syntax.InstMatch:
			matched = true
		case syntax.InstFail:
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^holds == 0 {
				todo = append(todo, in.Out)
			} else if syntax.EmptyOp(in.Arg)&^(holds|syntax.EmptyEndText) == 0 && !slices.Contains(set, pc) {
				set = append(set, pc)
			}
		default:
			if !slices.Contains(set, pc) {
				set = append(set, pc)
			}
		}
	}
	return set, matched
}
