// Command gin is the API of 300 operations written with gin, which makes no document.
package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/tenonapi/tenon/bench/scale/things"
)

func main() { things.Main(open) }

func open() (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	group[things.D0](r, 0)
	group[things.D1](r, 1)
	group[things.D2](r, 2)
	group[things.D3](r, 3)
	group[things.D4](r, 4)
	group[things.D5](r, 5)
	group[things.D6](r, 6)
	group[things.D7](r, 7)
	group[things.D8](r, 8)
	group[things.D9](r, 9)
	return r, nil
}

func group[A any](r *gin.Engine, a int) {
	resource[A, things.D0](r, a, 0)
	resource[A, things.D1](r, a, 1)
	resource[A, things.D2](r, a, 2)
	resource[A, things.D3](r, a, 3)
	resource[A, things.D4](r, a, 4)
	resource[A, things.D5](r, a, 5)
	resource[A, things.D6](r, a, 6)
	resource[A, things.D7](r, a, 7)
	resource[A, things.D8](r, a, 8)
	resource[A, things.D9](r, a, 9)
}

func resource[A, B any](r *gin.Engine, a, b int) {
	path := things.Path(a, b)
	r.POST(path, func(c *gin.Context) {
		var in things.Create[A, B]
		if err := c.ShouldBindJSON(&in); err != nil {
			c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
			return
		}
		c.Header("Location", things.Probe)
		c.JSON(http.StatusCreated, things.Make(&in))
	})
	r.GET(path+"/:id", func(c *gin.Context) { c.JSON(http.StatusOK, things.Find[A, B](c.Param("id"))) })
	r.GET(path, func(c *gin.Context) {
		var in struct {
			Limit  int    `form:"limit,default=20" binding:"min=1,max=100"`
			Cursor string `form:"cursor"`
			State  string `form:"state" binding:"omitempty,oneof=new open closed"`
		}
		if err := c.ShouldBindQuery(&in); err != nil {
			c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
			return
		}
		c.JSON(http.StatusOK, things.List[A, B]{})
	})
}
