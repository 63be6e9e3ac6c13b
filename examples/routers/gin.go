// SPDX-License-Identifier: Apache-2.0

package routers

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// Gin is a site with a gin engine.
func Gin(r httpinstr.Recorder) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(gin.RecoveryWithWriter(io.Discard))
	engine.Use(func(c *gin.Context) {
		httpinstr.SetRoute(c.Request.Context(), c.FullPath()) // before the handler, which may panic
		c.Next()
	})
	engine.GET("/orders/:id", func(c *gin.Context) { c.String(http.StatusOK, c.Param("id")) })
	engine.DELETE("/orders/:id", func(*gin.Context) { panic("orders are not deleted") })
	return httpinstr.Middleware(r, "gin")(engine)
}
