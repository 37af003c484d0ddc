-- Asks endsession who stands behind a request. `txn.verdict` is the status of its answer; without
-- one it is 0, which haproxy.cfg takes for no, as it does everything but 200.

local names = {
    ["x-auth-user"] = "txn.user",
    ["x-auth-session"] = "txn.session",
    ["x-auth-tenant"] = "txn.tenant",
    ["x-auth-jwt-assertion"] = "txn.assertion",
    ["set-cookie"] = "txn.cookie",
    ["www-authenticate"] = "txn.challenge",
}

-- What the answer depends on, and nothing else.
local asked = {
    "authorization", "cookie", "host", "user-agent",
    "sec-ch-ua", "sec-ch-ua-platform", "sec-ch-ua-platform-version",
}

core.register_action("verify", { "http-req" }, function(txn)
    txn:set_var("txn.verdict", 0)
    local headers = {}
    local given = txn.http:req_get_headers()
    for _, name in ipairs(asked) do
        if given[name] then
            headers[name] = {}
            for at = 0, #given[name] do headers[name][at + 1] = given[name][at] end
        end
    end
    local answer = core.httpclient():get({
        url = "http://127.0.0.1:8414/verify",
        headers = headers,
        timeout = 1000, -- four times, since it tries again
    })
    if not answer or not answer.status then return end
    txn:set_var("txn.verdict", answer.status)
    for name, variable in pairs(names) do
        local value = answer.headers and answer.headers[name]
        if value and value[0] then txn:set_var(variable, value[0]) end
    end
end, 0)
