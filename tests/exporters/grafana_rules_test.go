// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"regexp"
	"slices"
	"testing"

	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// troubling are the alerts whose expressions must have data: each has its trouble in this test.
var troubling = []string{
	"OtelanalyticsEventsRejected", "OtelanalyticsRequestsFail", "OtelanalyticsAttributeOverflow", "OtelanalyticsValuesRefused",
	"OtelanalyticsFieldsMistyped", "OtelanalyticsEventViolations", "OtelanalyticsHookPanics", "OtelanalyticsEventsLost", "OtelanalyticsEventsQuarantined",
	"OtelanalyticsMongoDBAway", "OtelanalyticsStoreErrors", "OtelanalyticsObserverDown", "OtelanalyticsIngestEventsRefused",
	"OtelanalyticsIngestRequestsRefused", targetDown,
}

const targetDown = "OtelanalyticsTargetDown"

// waiting are those that want a past of hours or days, or a full disk, which promtool's tests give them. What they ask for
// must be there.
var waiting = []string{
	"OtelanalyticsTargetAbsent", "OtelanalyticsEventStopped", "OtelanalyticsJournalRefuses", "OtelanalyticsEventsWait",
	"OtelanalyticsJournalFillsUp", "OtelanalyticsJournalNearlyFull", "OtelanalyticsQuarantineUnwritable",
	"OtelanalyticsConsumerBehind", "OtelanalyticsUniquesOld", "OtelanalyticsUniquesUncovered", "OtelanalyticsUniquesDamaged",
}

// elsewhere are those about what the services of this test do not have, a second sink. promtool's tests give them a past.
var elsewhere = append([]string{"OtelanalyticsSinkAway"}, ofLogs...)

// ofLogs are about a log between services and MongoDB, which TestDeliveryAnswers has.
var ofLogs = []string{"OtelanalyticsLogAway", "OtelanalyticsLogBehind", "OtelanalyticsLogExpires", "OtelanalyticsLogFull"}

// rules has every rule answered. down takes a target away, at last: its metrics go with it.
func rules(t *testing.T, prom *servers.Prometheus, down func()) {
	all, err := prom.API().Rules(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var alerts []string
	var last []promv1.AlertingRule
	recorded := 0
	for _, group := range all.Groups {
		for _, rule := range group.Rules {
			switch r := rule.(type) {
			case promv1.RecordingRule:
				recorded++
				prom.AwaitVector(t, r.Name, "what is recorded", numbers)
			case promv1.AlertingRule:
				alerts = append(alerts, r.Name)
				if r.Name == targetDown {
					last = append(last, r)
					continue
				}
				alert(t, prom, r)
			}
		}
	}
	down()
	for _, r := range last {
		alert(t, prom, r)
	}
	if recorded < 20 {
		t.Errorf("only %d recording rules", recorded)
	}
	for _, name := range slices.Concat(troubling, waiting, elsewhere) {
		if !slices.Contains(alerts, name) {
			t.Errorf("there is no alert %s", name)
		}
	}
}

var selected = regexp.MustCompile(`\b(?:[a-z_]+:)?otelanalytics_[a-z_]+(?::[a-z0-9_]+)?|\bup\b`)

func alert(t *testing.T, prom *servers.Prometheus, r promv1.AlertingRule) {
	if slices.Contains(elsewhere, r.Name) {
		return
	}
	if slices.Contains(troubling, r.Name) {
		prom.AwaitVector(t, r.Query, r.Name+" has data", numbers)
		return
	}
	if !slices.Contains(waiting, r.Name) {
		t.Errorf("nothing in this test is about the alert %s", r.Name)
	}
	names := selected.FindAllString(r.Query, -1)
	if len(names) == 0 {
		t.Errorf("%s asks for nothing: %s", r.Name, r.Query)
	}
	for _, name := range names {
		prom.AwaitVector(t, name, "what "+r.Name+" asks for", numbers)
	}
}
