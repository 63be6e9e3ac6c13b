// SPDX-License-Identifier: Apache-2.0

package library

import (
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// fieldUse is a data field in an expression.
type fieldUse struct {
	path         []string
	name         string // in the program's environment
	all, guarded int    // uses; those that say what to do when the field is missing
}

// dataFields finds the data fields of an expression, as chains of members of data.
type dataFields struct {
	uses  map[string]*fieldUse
	order []string // keys of uses, as they come
	bare  int      // how often data stands without a field
	typed bool     // the event's type is read
	err   error
}

// Visit comes to a node after its children.
func (d *dataFields) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.MemberNode:
		path, ok := d.path(n)
		if !ok {
			return
		}
		d.use(path)
		if of, ok := n.Node.(*ast.MemberNode); ok {
			inner, _ := d.path(of)
			d.unuse(inner)
		} else {
			d.bare--
		}
	case *ast.IdentifierNode:
		switch n.Value {
		case typeName:
			d.typed = true
		case dataName:
			d.bare++
		default:
			d.fail(words.Quote(n.Value)+" is not known in an expression", `write data.FIELD for a data field, or type for the event's type; text is written in quotes`)
		}
	case *ast.BinaryNode:
		d.guard(n)
	}
}

func (d *dataFields) fail(problem, fix string) {
	if d.err == nil {
		d.err = refusal(problem, fix)
	}
}

// path returns the path of a member of data.
func (d *dataFields) path(n *ast.MemberNode) ([]string, bool) {
	var name string
	switch property := n.Property.(type) {
	case *ast.StringNode:
		name = property.Value
	case *ast.IntegerNode:
		if !d.ofData(n.Node) || property.Value < 0 {
			return nil, false
		}
		name = strconv.Itoa(property.Value)
	default:
		if d.ofData(n.Node) {
			d.fail("a data field needs a fixed name", `write data.FIELD, or data["FIELD"]`)
		}
		return nil, false
	}
	parts := strings.Split(name, ".")
	if slices.Contains(parts, "") || words.Control(name) {
		if d.ofData(n.Node) {
			d.fail("the name "+words.Quote(name)+" has an empty part or holds a control character", `write data.order.total, or data["order.total"]`)
		}
		return nil, false
	}
	switch of := n.Node.(type) {
	case *ast.IdentifierNode:
		return parts, of.Value == dataName
	case *ast.MemberNode:
		path, ok := d.path(of)
		return append(path, parts...), ok
	default:
		return nil, false
	}
}

func (d *dataFields) ofData(n ast.Node) bool {
	for {
		switch of := n.(type) {
		case *ast.IdentifierNode:
			return of.Value == dataName
		case *ast.MemberNode:
			n = of.Node
		default:
			return false
		}
	}
}

func (d *dataFields) use(path []string) {
	key := strings.Join(path, "\x00")
	if _, ok := d.uses[key]; !ok {
		d.uses[key] = &fieldUse{path: path}
		d.order = append(d.order, key)
	}
	d.uses[key].all++
}

// unuse takes back the use of what turned out to be the beginning of a longer path.
func (d *dataFields) unuse(path []string) {
	key := strings.Join(path, "\x00")
	if d.uses[key].all--; d.uses[key].all > 0 {
		return
	}
	delete(d.uses, key)
	for i, k := range d.order {
		if k == key {
			d.order = append(d.order[:i], d.order[i+1:]...)
			return
		}
	}
}

// guard notes uses that say what to do without the field.
func (d *dataFields) guard(n *ast.BinaryNode) {
	_, leftNil := n.Left.(*ast.NilNode)
	_, rightNil := n.Right.(*ast.NilNode)
	equality := n.Operator == "==" || n.Operator == "!="
	if n.Operator == "??" || equality && rightNil {
		d.guardLast(n.Left)
	}
	if equality && leftNil {
		d.guardLast(n.Right)
	}
}

// guardLast notes a field, and of a ?? b the field b: a has been noted with its own "??".
func (d *dataFields) guardLast(n ast.Node) {
	switch n := n.(type) {
	case *ast.MemberNode:
		if path, ok := d.path(n); ok {
			d.uses[strings.Join(path, "\x00")].guarded++
		}
	case *ast.BinaryNode:
		if n.Operator == "??" {
			d.guardLast(n.Right)
		}
	}
}

// slots puts one variable in the place of each data field, so that an evaluation fills a flat environment and
// builds no nested maps.
type slots struct{ fields *dataFields }

// Visit comes to a node after its children, so that the members within a chain are seen before the whole.
func (s *slots) Visit(node *ast.Node) {
	member, ok := (*node).(*ast.MemberNode)
	if !ok {
		return
	}
	if path, ok := s.fields.path(member); ok {
		if use, ok := s.fields.uses[strings.Join(path, "\x00")]; ok {
			ast.Patch(node, &ast.IdentifierNode{Value: use.name})
		}
	}
}
