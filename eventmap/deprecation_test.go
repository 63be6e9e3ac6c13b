// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDeprecated(t *testing.T) {
	m := parseText(t, `version: 1
metrics:
  logins:
    instrument: counter
    deprecated: {note: Nobody asks for it., replaced_by: sessions}
    attributes:
      method: {values: [email, fax], deprecated_values: {fax: {note: Has ended., replaced_by: email}}}
      how: {limit: 5, deprecated: {note: Use method., replaced_by: method}}
  sessions: {instrument: counter}
events:
  old.*: {deprecated: {note: Use new., replaced_by: new.*}}
  new.*: {data: {a: {deprecated: {note: Use b.c., replaced_by: b.c}}, b.c: {}}}
`)
	logins, _ := m.Metric("logins")
	old, _ := m.Event("old.*")
	now, _ := m.Event("new.*")
	got := map[string]*Deprecation{
		"logins": logins.Deprecated, "method": logins.Attributes[0].Deprecated, "how": logins.Attributes[1].Deprecated,
		"old.*": old.Deprecated, "new.*": now.Deprecated, "a": now.Data[0].Deprecated, "b.c": now.Data[1].Deprecated,
	}
	want := map[string]*Deprecation{
		"logins": {"Nobody asks for it.", "sessions"}, "method": nil, "how": {"Use method.", "method"},
		"old.*": {"Use new.", "new.*"}, "new.*": nil, "a": {"Use b.c.", "b.c"}, "b.c": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]Deprecation{"fax": {"Has ended.", "email"}}, logins.Attributes[0].DeprecatedValues); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
