// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryMistakeAtOnce(t *testing.T) {
	const golden = "testdata/mistakes.golden"
	_, err := ParseFS(os.DirFS("testdata"), "mistakes.yaml")
	if err == nil {
		t.Fatal("accepted")
	}
	got := err.Error() + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
