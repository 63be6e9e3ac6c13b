// SPDX-License-Identifier: Apache-2.0

package diff

import "github.com/otelanalytics/otelanalytics-go/eventmap"

// deprecation compares what two maps say about the use of something. Nothing that is recorded changes by it.
func (c *comparison) deprecation(key string, old, now *eventmap.Deprecation) {
	key += ".deprecated"
	switch {
	case old == nil && now != nil:
		c.add(Info, key, "is new: "+now.Note, instead(now))
	case old != nil && now == nil:
		c.add(Info, key, "is gone", "it may be used again")
	case old != nil && *old != *now:
		c.add(Info, key, "is worded differently: "+now.Note, instead(now))
	}
}

func instead(d *eventmap.Deprecation) string {
	if d.ReplacedBy == "" {
		return "nothing takes its place"
	}
	return d.ReplacedBy + " takes its place"
}

// deprecatedValues compares the values of an attribute that should no longer be used.
func (c *comparison) deprecatedValues(key string, old, now *eventmap.Attribute) {
	for _, v := range now.Values {
		c.deprecation(key+".values."+v, value(old, v), value(now, v))
	}
}

func value(a *eventmap.Attribute, v string) *eventmap.Deprecation {
	d, ok := a.DeprecatedValues[v]
	if !ok {
		return nil
	}
	return &d
}
