// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
)

// Values of [Metric].Of beside a path.
const (
	User    = "$user"    // user_id
	Session = "$session" // session_id
)

// Defaults and bounds of a [Metric].
const (
	DefaultWindowAttribute = "time_period"
	MaxWindow              = 400 * 24 * time.Hour
)

// maxName is the longest name of an OpenTelemetry instrument.
const maxName = 255

// Other is the value of an attribute beyond a bound of the map.
const Other = "other"

// Metric counts different values over windows of time. [FromMap] returns the metrics that an event map declares. In a
// metric that you make yourself, every event counts, and the window is its only attribute.
type Metric struct {
	// Name is the name of the metric: 1 to 255 letters, digits, '_', '.', '-' and '/'.
	Name string
	// Of selects the value to count: [User], which is the default, [Session], or the path of a field of the event's data.
	// A path has the form of an event map, such as "game.id" or `["$device_id"]`. A non-empty text, an integer and a
	// bool count. Any other value does not.
	Of string
	// Windows are the lengths of the windows, by their value of WindowAttribute. A window reaches back up to an hour
	// more. A window of more than eight days reaches back up to a day and an hour more.
	Windows map[string]time.Duration
	// WindowAttribute is the attribute that distinguishes windows. The default is DefaultWindowAttribute.
	WindowAttribute string

	records    *records             // of the map that declares the metric; nil: every event counts
	attributes []eventmap.Attribute // as that map declares them, without that of the windows
	maxTuples  int                  // of the attributes
}

// split reports whether the metric has attributes.
func (m *Metric) split() bool { return len(m.attributes) > 0 }

// check returns the metric with its defaults, or its mistakes.
func (m Metric) check() (Metric, []error) {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("uniques: metric %q: "+format, append([]any{m.Name}, args...)...))
	}
	if m.Name == "" || len(m.Name) > maxName || strings.ContainsFunc(m.Name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_.-/", r)
	}) {
		bad("the name must be 1 to %d letters, digits, '_', '.', '-' and '/'", maxName)
	}
	if m.Of == "" {
		m.Of = User
	}
	if _, problem := parseOf(m.Of); m.records == nil && problem != "" {
		bad("Of is %q%s", m.Of, problem)
	}
	if m.WindowAttribute == "" {
		m.WindowAttribute = DefaultWindowAttribute
	}
	if len(m.Windows) == 0 {
		bad("Windows is empty; give one, such as {\"daily\": 24 * time.Hour}")
	}
	for name, length := range m.Windows {
		if name == "" || length < bucket.Hour || length > MaxWindow {
			bad("window %q is %v; it must have a name, and be from an hour to %v", name, length, MaxWindow)
		}
	}
	return m, errs
}

// metric is a Metric at work.
type metric struct {
	Metric
	path    []string
	longest time.Duration
	windows []string // ordered
	listed  []string // the tuples of listed values, which have zeros from the beginning

	folded map[string]string // as which tuples are read; guarded by that of reading
}

func newMetric(m Metric) *metric {
	w := &metric{Metric: m}
	w.path, _ = parseOf(m.Of) // it is checked; what the records of a map count, they tell
	for name, length := range m.Windows {
		w.longest = max(w.longest, length)
		w.windows = append(w.windows, name)
	}
	slices.Sort(w.windows)
	w.listed = listedTuples(m.attributes)
	return w
}

// listedTuples returns the combinations of the values that attributes list, in order: none if an attribute has a limit in place of a
// list. The map's max_series bounds them.
func listedTuples(attributes []eventmap.Attribute) []string {
	if len(attributes) == 0 {
		return nil
	}
	combinations := [][]string{nil}
	for _, a := range attributes {
		var longer [][]string
		for _, pairs := range combinations {
			for _, v := range a.Values {
				longer = append(longer, append(slices.Clone(pairs), a.Name, v))
			}
		}
		combinations = longer
	}
	var tuples []string
	for _, pairs := range combinations {
		tuples = append(tuples, encodeTuple(pairs))
	}
	slices.Sort(tuples)
	return tuples
}

// value returns the value of a document that counts. ok is false when there is none.
func (m *metric) value(doc bson.Raw, buf []byte) (kind sketch.Kind, value []byte, ok bool) {
	v := doc.Lookup(m.path...)
	switch v.Type {
	case bson.TypeString:
		text, ok := v.StringValueOK()
		return sketch.Text, append(buf[:0], text...), ok && text != ""
	case bson.TypeInt32, bson.TypeInt64:
		n, ok := v.AsInt64OK()
		return sketch.Number, strconv.AppendInt(buf[:0], n, 10), ok
	case bson.TypeBoolean:
		b, ok := v.BooleanOK()
		return sketch.Bool, strconv.AppendBool(buf[:0], b), ok
	default:
		return 0, buf, false
	}
}

// maxTuple bounds the length of a tuple in a record's id.
const maxTuple = 600

func encodeTuple(pairs []string) string {
	values := make(url.Values, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

// decodeTuple returns the pairs of a tuple, ordered by name.
func decodeTuple(tuple string) (pairs []string, ok bool) {
	values, err := url.ParseQuery(tuple)
	if err != nil {
		return nil, false
	}
	for name, all := range values {
		if len(all) != 1 {
			return nil, false
		}
		pairs = append(pairs, name)
	}
	slices.Sort(pairs)
	out := make([]string, 0, 2*len(pairs))
	for _, name := range pairs {
		out = append(out, name, values.Get(name))
	}
	return out, true
}
