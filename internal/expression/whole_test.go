// SPDX-License-Identifier: Apache-2.0

package expression

import "testing"

func TestWhole(t *testing.T) {
	for source, want := range map[string]bool{
		"=data.i": true, "=data.i * 2 - len(data.s)": true, "=int(data.f)": true, "=5": true,
		"=round(data.f)": true, "=ceil(data.f) + 1": true, "=-floor(data.f)": true, "=round(data.f) * data.i": true,
		"=abs(round(data.f))": true, "=max(1.0, floor(data.f))": true, "=float(data.i)": true, "=2.0": true,
		"=round(data.f) ?? 0": true, "=data.b ? data.i : 1.0": true, "=data.b ? round(data.f) : 1": true,
		"=data.f": false, "=data.i / 2": false, "=data.i ** 2": false, "=data.f ?? 0": false, "=2.5": false, "=float(data.s)": false,
		"=data.b ? data.i : 0.5": false, "=data.b ? round(data.f) : data.f": false, "=round(data.f) / 2": false,
		"=round(data.f) + 0.5": false, "=max(data.f, 1.0)": false, "=abs(data.f)": false, "=-data.f": false,
	} {
		if got := compiled(t, source).Whole(); got != want {
			t.Errorf("%s is whole: %v, want %v", source, got, want)
		}
	}
}
