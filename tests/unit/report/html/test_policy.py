"""The page's own script runs, and no other: its digest is in the policy."""

import base64
import hashlib
import re

from netkit.report.html.page import render_html


def test_the_policy_allows_the_script_of_the_page_alone(results):
    page = render_html(results)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r"script-src ([^\"]*)\"", page)
    assert policy == f"'sha256-{digest}'"
