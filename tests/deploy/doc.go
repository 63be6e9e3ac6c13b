// SPDX-License-Identifier: Apache-2.0

// Package deploy has no code of its own: its tests parse the Kubernetes
// manifests of docs/kubernetes.md with Kubernetes' own types, grafana/compose.yaml
// with the Compose specification's library and the card game's Dockerfile with
// BuildKit's parser, and hold them against what the pages say of them. They have a
// module of their own, so that users of the SDK do not depend on any of these.
package deploy
