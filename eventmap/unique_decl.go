// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

const (
	defaultWindowAttribute = "time_period"
	maxWindows             = 10 // a union for each of them, of each tuple
	maxWindowHours         = 400 * 24
	hoursPerDay            = 24
)

// windowPattern is the length of a window: whole hours or days.
const windowPattern = `^[1-9][0-9]{0,3}[hd]$`

const (
	countedFix = `write $user, $session, or the path of a data field, such as game.id`
	windowFix  = "write whole hours or days from 1h to 400d, such as 24h or 7d"
)

// defaultWindows are the windows of a metric that lists none.
func defaultWindows() []Window {
	const day = hoursPerDay * time.Hour
	return []Window{{"daily", day}, {"weekly", 7 * day}, {"monthly", 30 * day}}
}

// loadCounted reads the values that a unique metric counts.
func (d *metricDecl) loadCounted(o strictyaml.Object) {
	unique := d.typed && d.metric.Instrument.IsUnique()
	c := &Counted{Of: OfUser, Windows: defaultWindows(), WindowAttribute: defaultWindowAttribute}
	for _, key := range []struct {
		name string
		load func(strictyaml.Node)
	}{
		{"of", c.loadOf},
		{"windows", c.loadWindows},
		{"window_attribute", func(n strictyaml.Node) { d.window = n; c.loadWindowAttribute(n) }},
	} {
		n, ok := o.Get(key.name)
		switch {
		case !ok:
		case unique:
			key.load(n)
		case d.typed:
			n.Fail("only a unique metric has it, and the instrument is "+string(d.metric.Instrument), "remove it, or make the metric unique")
		}
	}
	if unique {
		d.metric.Counted = c
		if d.window.IsZero() {
			d.window = d.key
		}
	}
}

func (c *Counted) loadOf(n strictyaml.Node) {
	s, ok := n.TextOf(countedFix)
	switch {
	case !ok:
	case s == OfUser, s == OfSession:
		c.Of = s
	case s == "":
		n.Fail(words.Quote(s)+" cannot be counted", countedFix)
	case strings.HasPrefix(s, "$"):
		n.Fail(words.Quote(s)+" cannot be counted", countedFix+"; "+bracketFix(s))
	case strings.HasPrefix(s, "="):
		n.Fail(words.Quote(s)+" is not a data path", countedFix+"; what is counted cannot be computed")
	default:
		if path, ok := parsePath(n, s, false, countedFix); ok {
			c.Of, c.Path = s, path
		}
	}
}

func (c *Counted) loadWindows(n strictyaml.Node) {
	before := n.Mistakes()
	entries := n.Entries()
	if len(entries) == 0 && n.Mistakes() == before {
		n.Fail("there is no window", "write such as {daily: 24h}, or leave windows out for daily, weekly and monthly")
		return
	}
	var windows []Window
	for i, e := range entries {
		if i == maxWindows {
			e.Key.Fail("the metric has more than "+strconv.Itoa(maxWindows)+" windows", "keep those that somebody asks for")
			return
		}
		if _, ok := attributeValue(e.Key); !ok {
			continue
		}
		length, ok := window(e.Value)
		if !ok {
			continue
		}
		if j := slices.IndexFunc(windows, func(w Window) bool { return w.Length == length }); j >= 0 {
			e.Value.Fail("the window is as long as "+words.Quote(windows[j].Name), "keep one of the two")
			continue
		}
		windows = append(windows, Window{e.Name, length})
	}
	if len(windows) > 0 {
		sort.Slice(windows, func(a, b int) bool { return windows[a].Length < windows[b].Length })
		c.Windows = windows
	}
}

// window reads the length of a window.
func window(n strictyaml.Node) (time.Duration, bool) {
	s, ok := n.TextOf(windowFix)
	if !ok {
		return 0, false
	}
	digits, unit := strings.TrimRight(s, "hd"), 1
	if strings.HasSuffix(s, "d") {
		unit = hoursPerDay
	}
	hours, err := strconv.Atoi(digits)
	whole := err == nil && len(digits) == len(s)-1 && len(digits) <= len("9600") && digits[0] >= '1' && digits[0] <= '9'
	switch {
	case !whole:
		n.Fail(words.Quote(s)+" is not the length of a window", windowFix)
	case hours*unit > maxWindowHours:
		n.Fail(words.Quoteless(s)+" is out of range", windowFix)
	default:
		return time.Duration(hours*unit) * time.Hour, true
	}
	return 0, false
}

func (c *Counted) loadWindowAttribute(n strictyaml.Node) {
	s, ok := n.Text()
	if !ok {
		return
	}
	if checkLabel(strictyaml.Entry{Name: s, Key: n}, map[string]strictyaml.Entry{}, "give the windows another attribute, such as period") {
		c.WindowAttribute = s
	}
}

// addWindows adds the attribute that has the name of the window.
func (d *metricDecl) addWindows() {
	c := d.metric.Counted
	if c == nil {
		return
	}
	name := c.WindowAttribute
	a := Attribute{Name: name, Default: c.Windows[0].Name}
	for i := range d.metric.Attributes {
		if taken := &d.metric.Attributes[i]; taken.PrometheusLabel() == a.PrometheusLabel() {
			d.window.Fail("the windows have the attribute "+words.Quote(name)+", and so has an attribute "+words.Quote(taken.Name)+" that is declared",
				"rename that one, or give the windows another one with window_attribute")
			return
		}
	}
	for _, w := range c.Windows {
		a.Values = append(a.Values, w.Name)
	}
	d.names = append(d.names, name)
	d.attrs[name] = len(d.metric.Attributes)
	d.metric.Attributes = append(d.metric.Attributes, a)
	d.limits = append(d.limits, strictyaml.Node{})
	d.sound = append(d.sound, true)
}

// isWindow reports whether the i-th attribute has the name of the window.
func (d *metricDecl) isWindow(i int) bool {
	return d.metric.Counted != nil && d.names[i] == d.metric.Counted.WindowAttribute && i == len(d.names)-1
}

// checkCounted refuses a field that cannot be counted. at is the name of the metric in a record.
func (l *loader) checkCounted(event *eventDecl, d *metricDecl, at strictyaml.Node) {
	c := d.metric.Counted
	if c == nil || c.Path == nil || at.Full() {
		return
	}
	of := "the metric " + words.Quote(d.metric.Name) + " counts "
	field := "the field " + words.Quote(pathText(c.Path))
	if why, redacted := l.lost(event, c.Path); redacted {
		fix := "count another field, or hash it with redact: hash"
		if event.every {
			fix = "count another field"
		}
		at.Fail(of+field+", which is redacted: "+why, fix)
		return
	}
	if !event.checked() {
		return
	}
	switch t, ok := event.typeOf(c.Path); {
	case event.mixed[pathText(c.Path)] != "":
		at.Fail(of+field+", which is "+event.mixed[pathText(c.Path)], mixedFix)
	case !ok:
		problem, fix := event.undeclared(c.Path, "")
		at.Fail(of+problem, fix)
	case t != "" && t != StringField && t != IntField && t != BoolField:
		at.Fail(of+field+", which is of type "+string(t)+": text, integers and bools can be counted", "count another field, or one within it")
	}
}

// lost returns why a field is not in the stored data. A hashed field is not lost: equal values have equal hashes.
func (l *loader) lost(event *eventDecl, path Path) (why string, redacted bool) {
	if why, redacted = l.redacted.find(path); redacted {
		return why, true
	}
	if f := event.fields[pathText(path)]; f != nil && f.Redact == RedactHash && !event.every {
		return "", false
	}
	return event.hidden.find(path)
}
