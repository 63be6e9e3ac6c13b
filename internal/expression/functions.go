// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"strconv"
	"strings"
)

// function is a function that an expression may call: its result depends on its arguments alone, and its cost grows with
// nothing but their length.
type function struct {
	name        string
	least, most int                 // arguments
	takes       []kind              // each of them
	result      func(first typ) typ // of its type
	call        func(a, b value) value
	missing     value // in the place of the second argument
}

// functions are all functions. Those without call take any number of arguments, and are evaluated in [node.most].
var functions = []function{
	{name: "abs", least: 1, most: 1, takes: numbers, result: same, call: abs},
	{name: "ceil", least: 1, most: 1, takes: numbers, result: always(double), call: ceil},
	{name: "float", least: 1, most: 1, takes: convertible, result: always(double), call: toFloat},
	{name: "floor", least: 1, most: 1, takes: numbers, result: always(double), call: floor},
	{name: "hasPrefix", least: 2, most: 2, takes: texts, result: always(boolean), call: check(strings.HasPrefix)},
	{name: "hasSuffix", least: 2, most: 2, takes: texts, result: always(boolean), call: check(strings.HasSuffix)},
	{name: "int", least: 1, most: 1, takes: convertible, result: always(integer), call: toInt},
	{name: "len", least: 1, most: 1, takes: []kind{text, list, mapping}, result: always(integer), call: length},
	{name: "lower", least: 1, most: 1, takes: texts, result: always(text), call: edit(lower), missing: value{kind: null}},
	{name: "max", least: 1, most: maxNodes, takes: []kind{integer, double, list}, result: same},
	{name: "min", least: 1, most: maxNodes, takes: []kind{integer, double, list}, result: same},
	{name: "round", least: 1, most: 1, takes: numbers, result: always(double), call: round},
	{name: "trim", least: 1, most: 2, takes: texts, result: always(text), call: trim, missing: value{kind: null}},
	{name: "trimPrefix", least: 1, most: 2, takes: texts, result: always(text), call: edit(strings.TrimPrefix), missing: textValue(" ")},
	{name: "trimSuffix", least: 1, most: 2, takes: texts, result: always(text), call: edit(strings.TrimSuffix), missing: textValue(" ")},
	{name: "upper", least: 1, most: 1, takes: texts, result: always(text), call: edit(upper), missing: value{kind: null}},
}

var (
	numbers     = []kind{integer, double}
	convertible = []kind{integer, double, text}
	texts       = []kind{text}
)

func same(t typ) typ { return t }

func always(k kind) func(typ) typ {
	return func(typ) typ { return typ{kind: k} }
}

func functionNames() []string {
	names := make([]string, len(functions))
	for i, f := range functions {
		names[i] = f.name
	}
	return names
}

// call returns the type of what a function returns.
func (c *checker) call(n *node) typ {
	f := n.function
	if len(n.kids) < f.least || len(n.kids) > f.most {
		give := strconv.Itoa(f.least)
		if f.call == nil {
			give += " or more"
		} else if f.most > f.least {
			give += " or " + strconv.Itoa(f.most)
		}
		return c.fail(n, f.name+" has "+strconv.Itoa(len(n.kids))+" arguments", "give it "+give)
	}
	result := f.result(n.kids[0].typ)
	for _, argument := range n.kids {
		if !argument.typ.may(f.takes...) {
			return c.fail(argument, f.name+" does not take "+argument.typ.String(), "give it "+listed(f.takes))
		}
		if f.call == nil && (argument.typ.open() || argument.typ.kind == list) {
			result = typ{kind: anything}
		}
	}
	if result.kind == unknown {
		result.kind = anything
	}
	return result
}

// listed returns what a function takes, as in "an int or a double".
func listed(kinds []kind) string {
	all := make([]string, len(kinds))
	for i, k := range kinds {
		all[i] = typ{kind: k}.String()
	}
	return strings.Join(all, " or ")
}
