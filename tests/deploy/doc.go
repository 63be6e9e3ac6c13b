// SPDX-License-Identifier: Apache-2.0

// Package deploy has no code of its own. Its tests parse the Kubernetes manifests of docs/kubernetes.md and of examples/collect with
// Kubernetes' own types. They parse the compose files of grafana and of examples/collect with the Compose specification's library, and the
// Dockerfiles with BuildKit's parser. They hold all of these against what the pages say, and against the SDK's own loaders. The
// module is apart, so that users of the SDK do not depend on any of these libraries.
package deploy
