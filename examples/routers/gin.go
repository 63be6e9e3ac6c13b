// SPDX-License-Identifier: Apache-2.0

package routers

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// Gin is a site with a gin engine.
func Gin(r httpinstr.Recorder) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(func(c *gin.Context) {
		c.Next()
		httpinstr.SetRoute(c.Request.Context(), c.FullPath())
	})
	engine.GET("/orders/:id", func(c *gin.Context) { c.String(http.StatusOK, c.Param("id")) })
	return httpinstr.Middleware(r, "gin")(engine)
}
