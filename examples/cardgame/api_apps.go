// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// maxName bounds what apps call their screens, features and errors, in bytes.
const maxName = 100

func (a *api) viewScreen(r *http.Request) (int, any, error) {
	in, err := read[struct {
		ScreenName string `json:"screen_name"`
	}](r)
	if err == nil {
		err = checkName("screen_name", in.ScreenName)
	}
	if err != nil {
		return 0, nil, err
	}
	a.track.screenViewed(r.Context(), in.ScreenName)
	return http.StatusNoContent, nil, nil
}

func (a *api) useFeature(r *http.Request) (int, any, error) {
	in, err := read[struct {
		Feature    string         `json:"feature"`
		Properties map[string]any `json:"properties"`
	}](r)
	if err == nil {
		err = checkName("feature", in.Feature)
	}
	if err != nil {
		return 0, nil, err
	}
	a.track.featureUsed(r.Context(), in.Feature, in.Properties)
	return http.StatusNoContent, nil, nil
}

func (a *api) reportError(r *http.Request) (int, any, error) {
	in, err := read[struct {
		Code    string         `json:"code"`
		Message string         `json:"message"`
		Details map[string]any `json:"details"`
	}](r)
	if err == nil {
		err = checkName("code", in.Code)
	}
	if err != nil {
		return 0, nil, err
	}
	a.track.errorOccurred(r.Context(), in.Code, in.Message, in.Details)
	return http.StatusNoContent, nil, nil
}

func checkName(field, name string) error {
	if name == "" || len(name) > maxName {
		return rule.Break(rule.Invalid, "%s is missing, or longer than %d bytes", field, maxName)
	}
	return nil
}
