// SPDX-License-Identifier: Apache-2.0

package eventmap_test

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func Example() {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  user_logins:
    instrument: counter
    attributes:
      auth_method: {values: [email, google]}
events:
  "signed_in.*":
    record:
      - metric: user_logins
        from: {auth_method: login.method}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	event, _ := m.Match("signed_in.web")
	for _, record := range event.Records {
		fmt.Println(event.Name, "adds", record.Value.Constant, "to", record.Metric.Name)
		for i, source := range record.Sources {
			fmt.Println(record.Metric.Attributes[i].Name, "is at", source.Path)
		}
	}
	// Output:
	// signed_in.* adds 1 to user_logins
	// auth_method is at [login method]
}

func Example_mistakes() {
	_, err := eventmap.Parse([]byte(`version: 1
metrics:
  user_logins: {instrument: countr}
events:
  signed_in: {record: [{metric: user_login}]}
`))
	fmt.Println(err)
	// Output:
	// event map:3:29: metrics.user_logins.instrument: "countr" is not known; did you mean "counter"? known: counter, up_down_counter, gauge, histogram, exponential_histogram, unique
	// event map:5:33: events.signed_in.record[0].metric: metric "user_login" is not declared; did you mean "user_logins"? declared metrics: user_logins
}
