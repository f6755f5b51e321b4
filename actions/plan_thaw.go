package actions

import (
	"fmt"
	"strconv"
	"time"
)

// SelfThaw is how long a freeze lasts that overrides a guard, unless another time is chosen: it stops what bulkhead itself is
// used through, so that nobody may be left to thaw it.
const SelfThaw = 30 * time.Second

// ThawsAfter returns the plan of a freeze with the time after which it is taken back by itself; 0 is never, which a freeze that
// overrides a guard does not take. Other plans are returned as they are.
func (p Plan) ThawsAfter(after time.Duration) Plan {
	_, freezes := p.Freezes()
	switch {
	case !freezes:
	case after > 0 || p.Guarded == "":
		p.ThawAfter = after
	}
	return p
}

// thawer returns the line that takes a freeze back after a time, as a person would type it before: it waits in the background,
// and where a guard was overridden it moves out of what is frozen first.
func (p Plan) thawer() string {
	group, freezes := p.Freezes()
	if !freezes || p.ThawAfter <= 0 {
		return ""
	}
	script := fmt.Sprintf("sleep %s; %s", seconds(p.ThawAfter), p.Steps[0].Inverse()[0].Shell())
	if p.Guarded == "" {
		return "(" + script + ") &\n"
	}
	top := Group{GroupKey: group.GroupKey, Mount: group.Mount, Below: "/"}
	return "sh -c " + quote("echo $$ > "+quote(top.file(fileProcs))+"; "+script) + " &\n"
}

// seconds writes a time as sleep(1) takes it everywhere: whole seconds, at least one.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(max(time.Second, d.Round(time.Second))/time.Second), 10)
}
