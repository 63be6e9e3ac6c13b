// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"slices"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// expires returns after how long the index has MongoDB delete documents.
func (i index) expires() (time.Duration, bool) {
	if i.Expire == nil {
		return 0, false
	}
	seconds, ok := i.Expire.AsInt64OK() // integers and doubles have been seen
	return time.Duration(seconds) * time.Second, ok
}

// ofExpiry reports whether it is the index that mongodb.ttl is about.
func (i index) ofExpiry() bool { return len(i.Keys) == 1 && i.Keys[0].Key == eventdoc.FieldReceivedAt }

// expiry compares the index that expires events with the configuration.
func (d *deployment) expiry(f finding, all []index) finding {
	expiring, want := keys(eventdoc.ExpiryIndex()), d.config.TTL
	at := slices.IndexFunc(all, index.ofExpiry)
	var have time.Duration
	var has bool
	var name string
	if at >= 0 {
		have, has = all[at].expires()
		expiring, name = keys(all[at].Keys), all[at].Name
	}
	worse := func(status, line string, fixes ...string) finding {
		if f.status != statusFailed {
			f.status, f.text = status, "different from the configuration"
		}
		f = f.list([]string{line})
		for _, fix := range fixes {
			f = f.advise("%s", fix)
		}
		return f
	}
	said := expiring + " expires events after " + have.String()
	switch {
	case has && want == 0:
		return worse(statusWarning, said+", and the configuration sets no expiry; the service does not change it",
			"set mongodb.ttl to "+have.String()+" to keep it, or to never, with which the service drops the index")
	case has && want == config.TTLNever:
		return worse(statusFailed, said+", and the configuration keeps them for ever", d.byService("", d.shell("dropIndex(%q)", name))...)
	case want <= 0 || has && have == want:
		return f
	case has && have < want:
		return worse(statusFailed, said+", and the configuration after "+want.String(), d.byService("", d.modify(name, want))...)
	case has:
		return worse(statusFailed, said+", and the configuration after "+want.String()+", with which MongoDB would delete older events at once",
			d.byService(d.shortening(), d.modify(name, want))...)
	case d.server.keeps:
		return worse(statusWarning, strings.TrimSuffix("FerretDB "+d.server.ferret, " unknown")+" does not expire events: mongodb.ttl has no effect", "delete them by hand, or use MongoDB or FerretDB 2")
	case at >= 0:
		return worse(statusFailed, expiring+" does not expire events", d.byService(d.shortening(), d.modify(name, want))...)
	default:
		return worse(statusFailed, expiring+" is missing: events do not expire after "+want.String(),
			d.byService(d.shortening(), d.shell("createIndex(%s, {expireAfterSeconds: %d})", expiring, want/time.Second))...)
	}
}

// byService says what the service needs to put a TTL into effect, or what does it by hand.
func (d *deployment) byService(setting, byHand string) []string {
	if d.config.WithoutIndexes {
		return []string{byHand, "mongodb.indexes is false: the service leaves the indexes to you"}
	}
	return []string{setting + "restart the service, which does it when it starts; its log says why when it does not", "or: " + byHand}
}

// shortening is what the service wants to be told before MongoDB deletes events.
func (d *deployment) shortening() string {
	if d.config.TTLShorten {
		return ""
	}
	return "set mongodb.ttl_shorten to true if MongoDB may delete older events at once, and "
}

func (d *deployment) modify(index string, ttl time.Duration) string {
	return d.eval("runCommand({collMod: %q, index: {name: %q, expireAfterSeconds: %d}})", d.config.Collection, index, ttl/time.Second)
}
