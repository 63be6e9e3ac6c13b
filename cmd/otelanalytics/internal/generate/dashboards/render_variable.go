// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
)

// source is the data source of everything: the one that the variable names.
func source() dashboard.DataSourceRef {
	return dashboard.DataSourceRef{Type: new("prometheus"), Uid: new("${" + datasourceVariable + "}")}
}

func datasource() *dashboard.DatasourceVariableBuilder {
	return dashboard.NewDatasourceVariableBuilder(datasourceVariable).Label("Data source").Type("prometheus")
}

func jobs(naming promql.Naming) *dashboard.QueryVariableBuilder {
	return choice(jobVariable, "label_values({"+promql.Match("__name__", naming.Name("otelanalytics_")+".+")+"}, job)")
}

func instances(naming promql.Naming) *dashboard.QueryVariableBuilder {
	return choice(instanceVariable, "label_values({"+promql.Match("__name__", naming.Name("otelanalytics_")+".+")+", "+
		promql.Match("job", "$"+jobVariable)+"}, instance)")
}

func (v variable) build() *dashboard.QueryVariableBuilder { return choice(v.name, v.ask()) }

// choice is a variable of which several values can be chosen, or all, which is what it begins with. All is everything,
// series without the label included, and not a list of the values that there were when the dashboard was opened.
func choice(name, ask string) *dashboard.QueryVariableBuilder {
	return dashboard.NewQueryVariableBuilder(name).
		Label(name).
		Query(dashboard.StringOrMap{String: &ask}).
		Datasource(source()).
		Current(dashboard.VariableOption{
			Selected: new(true),
			Text:     dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
			Value:    dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
		}).
		Multi(true).
		IncludeAll(true).
		AllValue(".*").
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc)
}
