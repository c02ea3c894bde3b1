//go:build unix

package pgtest

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// ordinaryUser returns who runs the server if the test is run by root, which
// PostgreSQL refuses.
func ordinaryUser() (uid, gid int, needed bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr == nil && gidErr == nil {
			return uid, gid, true
		}
	}
	return 65534, 65534, true // nobody, as Linux has it
}

// giveAway makes a folder that of the user who runs the server.
func giveAway(folder string) error {
	if uid, gid, needed := ordinaryUser(); needed {
		return os.Chown(folder, uid, gid)
	}
	return nil
}

func asOrdinaryUser(cmd *exec.Cmd) {
	if uid, gid, needed := ordinaryUser(); needed {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} //nolint:gosec // not negative
	}
}
