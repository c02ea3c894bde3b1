package apps

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

func responses() []App {
	return []App{
		{Name: "response_change_status_code_tutorial001", Routes: responseChangeStatusCodeTutorial001},
		{Name: "response_cookies_tutorial001", Routes: responseCookiesTutorial001},
		{Name: "response_directly_tutorial001", Routes: responseDirectlyTutorial001},
		{Name: "response_headers_tutorial001", Routes: responseHeadersTutorial001},
		{Name: "response_model_tutorial001_01", Routes: responseModelTutorial00101},
		{Name: "response_model_tutorial002", Routes: responseModelTutorial002},
		{Name: "response_model_tutorial003", Routes: responseModelTutorial003},
		{Name: "response_model_tutorial003_02", Routes: responseModelTutorial00302},
		{Name: "response_model_tutorial003_03", Routes: responseModelTutorial00303},
		{Name: "response_model_tutorial005", Routes: responseModelTutorial005},
		{Name: "response_status_code_tutorial001", Routes: responseStatusCodeTutorial001},
		{Name: "t_default_response_class_router", Routes: defaultResponseClassRouter},
		{Name: "t_response_change_status_code", Routes: responseChangeStatusCode},
		{Name: "t_response_class_no_mediatype", Routes: responseClassNoMediatype},
		{Name: "t_response_code_no_body", Routes: responseCodeNoBody},
		{Name: "t_response_model_data_filter", Routes: responseModelDataFilter},
		{Name: "t_response_model_data_filter_no_inheritance", Routes: responseModelDataFilterNoInheritance},
		{Name: "t_response_model_include_exclude", Routes: responseModelIncludeExclude},
		{Name: "t_response_set_response_code_empty", Routes: responseSetResponseCodeEmpty},
		{Name: "t_serialize_response", Routes: serializeResponse},
		{Name: "t_serialize_response_dataclass", Routes: serializeResponseDataclass},
		{Name: "t_serialize_response_model", Routes: serializeResponseModel},
		{Name: "t_validate_response_recursive_app", Routes: validateResponseRecursiveApp},
		{Name: "additional_responses_tutorial003", Routes: additionalResponsesTutorial003},
		{Name: "additional_responses_tutorial004", Routes: additionalResponsesTutorial004},
		{Name: "additional_status_codes_tutorial001", Routes: additionalStatusCodesTutorial001},
	}
}

func responseChangeStatusCodeTutorial001(r *tenon.Router) {
	tasks := map[string]string{"foo": "Listen to the Bar Fighters"}
	tenon.Put(r, "/get-or-create-task/{task_id}", func(_ context.Context, in *struct {
		TaskID string `path:"task_id"`
	}) (tenon.Reply[string], error) {
		if task, ok := tasks[in.TaskID]; ok {
			return tenon.Reply[string]{Body: task}, nil
		}
		tasks[in.TaskID] = "This didn't exist before"
		return tenon.Reply[string]{Status: 201, Body: tasks[in.TaskID]}, nil
	}, tenon.Status(200, 201))
}

func responseCookiesTutorial001(r *tenon.Router) {
	type greeted struct {
		Session http.Cookie `cookie:"fakesession,script,insecure"`
		Body    object
	}
	tenon.Post(r, "/cookie/", func(context.Context, *struct{}) (greeted, error) {
		return greeted{
			Session: http.Cookie{Value: "fake-cookie-session-value"},
			Body:    object{"message": "Come to the dark side, we have cookies"},
		}, nil
	})
}

func responseDirectlyTutorial001(r *tenon.Router) {
	type Item struct {
		Title       string    `json:"title"`
		Timestamp   time.Time `json:"timestamp"`
		Description *string   `json:"description"`
	}
	tenon.Put(r, "/items/{id}", func(_ context.Context, in *struct {
		ID   string `path:"id"`
		Body Item
	}) (Item, error) {
		return in.Body, nil
	})
}

func responseHeadersTutorial001(r *tenon.Router) {
	type answer struct {
		Cat      string `header:"X-Cat-Dog"`
		Language string `header:"Content-Language"`
		Body     object
	}
	tenon.Get(r, "/headers/", func(context.Context, *struct{}) (answer, error) {
		return answer{"alone in the world", "en-US", object{"message": "Hello World"}}, nil
	})
}

func responseModelTutorial00101(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
		Tags        []string `json:"tags" default:"[]"`
	}
	tenon.Post(r, "/items/", func(_ context.Context, in *struct {
		Body Item
	}) (Item, error) {
		return in.Body, nil
	})
	tenon.Get(r, "/items/", func(_ context.Context, _ *struct{}) ([]Item, error) {
		return []Item{{Name: "Portal Gun", Price: 42}, {Name: "Plumbus", Price: 32}}, nil
	})
}

func responseModelTutorial002(r *tenon.Router) {
	type UserIn struct {
		Username string  `json:"username"`
		Password string  `json:"password"`
		Email    string  `json:"email" check:"format=email"`
		FullName *string `json:"full_name"`
	}
	tenon.Post(r, "/user/", func(_ context.Context, in *struct {
		Body UserIn
	}) (UserIn, error) {
		return in.Body, nil
	})
}

func responseModelTutorial003(r *tenon.Router) {
	type UserIn struct {
		Username string  `json:"username"`
		Password string  `json:"password"`
		Email    string  `json:"email" check:"format=email"`
		FullName *string `json:"full_name"`
	}
	type UserOut struct {
		Username string  `json:"username"`
		Email    string  `json:"email" check:"format=email"`
		FullName *string `json:"full_name"`
	}
	tenon.Post(r, "/user/", func(_ context.Context, in *struct {
		Body UserIn
	}) (UserOut, error) {
		return UserOut{in.Body.Username, in.Body.Email, in.Body.FullName}, nil
	})
}

func responseModelTutorial00302(r *tenon.Router) {
	type portal struct {
		Status   int    `status:"200,307"`
		Location string `header:"Location" hosts:"www.youtube.com"`
		Body     tenon.Opt[object]
	}
	tenon.Get(r, "/portal", func(_ context.Context, in *struct {
		Teleport bool `query:"teleport" default:"false"`
	}) (portal, error) {
		if in.Teleport {
			return portal{Status: 307, Location: video}, nil
		}
		return portal{Body: schema.Some(object{"message": "Here's your interdimensional portal."})}, nil
	})
}

const video = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"

// moved leads to a video.
type moved struct {
	_        struct{} `status:"307"`
	Location string   `header:"Location" hosts:"www.youtube.com"`
}

func responseModelTutorial00303(r *tenon.Router) {
	tenon.Get(r, "/teleport", func(context.Context, *struct{}) (moved, error) { return moved{Location: video}, nil })
}

func responseModelTutorial005(r *tenon.Router) {
	type Named struct {
		Name        string  `json:"name"`
		Description *string `json:"description"`
	}
	type Public struct {
		Named
		Price float64 `json:"price"`
	}
	items := map[string]Public{
		"foo": {Named{Name: "Foo"}, 50.2},
		"bar": {Named{"Bar", new("The Bar fighters")}, 62},
		"baz": {Named{"Baz", new("There goes my baz")}, 50.2},
	}
	type byID struct {
		ItemID string `path:"item_id"`
	}
	find := func(id string) (Public, error) {
		item, ok := items[id]
		if !ok {
			return item, fmt.Errorf("there is no item %s", id)
		}
		return item, nil
	}
	tenon.Get(r, "/items/{item_id}/name", func(_ context.Context, in *byID) (Named, error) {
		item, err := find(in.ItemID)
		return item.Named, err
	})
	tenon.Get(r, "/items/{item_id}/public", func(_ context.Context, in *byID) (Public, error) { return find(in.ItemID) })
}

func responseStatusCodeTutorial001(r *tenon.Router) {
	tenon.Post(r, "/items/", func(_ context.Context, in *struct {
		Name string `query:"name"`
	}) (object, error) {
		return object{"name": in.Name}, nil
	}, tenon.Status(201))
}

func defaultResponseClassRouter(r *tenon.Router) {
	type overridden struct {
		Body []byte `content:"application/x-override"`
	}
	tenon.Get(r, "/", func(_ context.Context, _ *struct{}) (object, error) {
		return object{"msg": "Hello World"}, nil
	})
	tenon.Get(r, "/override", func(context.Context, *struct{}) (text, error) { return text{"Hello World"}, nil })
	tenon.Get(r, "/a/", func(_ context.Context, _ *struct{}) (object, error) {
		return object{"msg": "Hello A"}, nil
	})
	tenon.Get(r, "/a/override", func(context.Context, *struct{}) (text, error) { return text{"Hello A"}, nil })
	tenon.Get(r, "/a/a/", func(_ context.Context, _ *struct{}) (object, error) {
		return object{"msg": "Hello A A"}, nil
	})
	tenon.Get(r, "/a/a/override", func(context.Context, *struct{}) (text, error) { return text{"Hello A A"}, nil })
	tenon.Get(r, "/a/b/", func(context.Context, *struct{}) (text, error) { return text{"Hello A B"}, nil })
	tenon.Get(r, "/a/b/override", func(context.Context, *struct{}) (page, error) { return page{"Hello A B"}, nil })
	tenon.Get(r, "/b/", func(context.Context, *struct{}) (text, error) { return text{"Hello B"}, nil })
	tenon.Get(r, "/b/override", func(context.Context, *struct{}) (page, error) { return page{"Hello B"}, nil })
	tenon.Get(r, "/b/a/", func(context.Context, *struct{}) (text, error) { return text{"Hello B A"}, nil })
	tenon.Get(r, "/b/a/override", func(context.Context, *struct{}) (page, error) { return page{"Hello B A"}, nil })
	tenon.Get(r, "/b/a/c/", func(context.Context, *struct{}) (page, error) { return page{"Hello B A C"}, nil })
	tenon.Get(r, "/b/a/c/override", func(context.Context, *struct{}) (overridden, error) {
		return overridden{[]byte(`{"msg": "Hello B A C"}`)}, nil
	})
}

func responseChangeStatusCode(r *tenon.Router) {
	tenon.Get(r, "/", func(context.Context, *struct{}) (object, error) { return object{"msg": "Hello World"}, nil },
		tenon.Status(201))
}

func responseClassNoMediatype(r *tenon.Router) {
	for _, path := range []string{"/a", "/b"} {
		tenon.Get(r, path, func(context.Context, *struct{}) (any, error) { return nil, nil }, tenon.Describe(500, "Error"))
	}
}

func responseCodeNoBody(r *tenon.Router) {
	tenon.Get(r, "/a", func(context.Context, *struct{}) (tenon.NoContent, error) { return tenon.NoContent{}, nil }, tenon.Describe(500, "Error"))
	tenon.Get(r, "/b", func(context.Context, *struct{}) (any, error) { return nil, nil })
}

func responseModelDataFilter(r *tenon.Router) {
	type UserBase struct {
		Email string `json:"email"`
	}
	type UserCreate struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
	type UserDB struct {
		Email          string `json:"email"`
		HashedPassword string `json:"hashed_password"`
	}
	type PetDB struct {
		Name  string `json:"name"`
		Owner UserDB `json:"owner"`
	}
	type PetOut struct {
		Name  string   `json:"name"`
		Owner UserBase `json:"owner"`
	}
	pet := func(name string) PetOut {
		p := PetDB{name, UserDB{"johndoe@example.com", "secrethashed"}}
		return PetOut{p.Name, UserBase{p.Owner.Email}}
	}
	tenon.Post(r, "/users/", func(_ context.Context, in *struct {
		Body UserCreate
	}) (UserBase, error) {
		return UserBase{in.Body.Email}, nil
	})
	tenon.Get(r, "/pets/{pet_id}", func(_ context.Context, _ *struct {
		PetID int64 `path:"pet_id"`
	}) (PetOut, error) {
		return pet("Nibbler"), nil
	})
	tenon.Get(r, "/pets/", func(_ context.Context, _ *struct{}) ([]PetOut, error) {
		return []PetOut{pet("Nibbler"), pet("Zoidberg")}, nil
	})
}

func responseModelDataFilterNoInheritance(r *tenon.Router) {
	type UserCreate struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
	type UserDB struct {
		Email          string `json:"email"`
		HashedPassword string `json:"hashed_password"`
	}
	type User struct {
		Email string `json:"email"`
	}
	type PetDB struct {
		Name  string `json:"name"`
		Owner UserDB `json:"owner"`
	}
	type PetOut struct {
		Name  string `json:"name"`
		Owner User   `json:"owner"`
	}
	pet := func(name string) PetOut {
		p := PetDB{name, UserDB{"johndoe@example.com", "secrethashed"}}
		return PetOut{p.Name, User{p.Owner.Email}}
	}
	tenon.Post(r, "/users/", func(_ context.Context, in *struct {
		Body UserCreate
	}) (User, error) {
		return User{in.Body.Email}, nil
	})
	tenon.Get(r, "/pets/{pet_id}", func(_ context.Context, _ *struct {
		PetID int64 `path:"pet_id"`
	}) (PetOut, error) {
		return pet("Nibbler"), nil
	})
	tenon.Get(r, "/pets/", func(_ context.Context, _ *struct{}) ([]PetOut, error) {
		return []PetOut{pet("Nibbler"), pet("Zoidberg")}, nil
	})
}
