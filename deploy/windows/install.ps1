<#
.SYNOPSIS
    Installs ccmtrace as a Windows service that follows the logs of the Configuration Manager roles on this computer.
.DESCRIPTION
    Run from the unpacked package, in an elevated PowerShell. Finds the roles from the registry, writes a configuration
    for them (unless there is one), registers the service under an account of its own that can read those logs and
    nothing else, starts it and waits until it is ready. Asks nothing of the network.
.PARAMETER Shawl
    Path of shawl.exe 1.9.0 or newer (https://github.com/mtkennerly/shawl/releases), the wrapper that runs the service.
.PARAMETER Account
    Account of the service. The default is a virtual account that exists for this service only; on the network it is
    the computer. Give a group managed service account (DOMAIN\name$) to read other servers' logs.
.PARAMETER HealthUrl
    Address that answers 200 when the service works; give it where the configuration changes port or TLS.
.PARAMETER ShowOnly
    Shows what would be followed and written, and changes nothing.
.EXAMPLE
    .\deploy\windows\install.ps1 -Shawl C:\install\shawl.exe
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
    [Parameter(Mandatory)][string] $Shawl,
    [string] $AppFolder = (Join-Path $env:ProgramFiles 'ccmtrace'),
    [string] $DataFolder = (Join-Path $env:ProgramData 'ccmtrace'),
    [string] $Account = 'NT SERVICE\ccmtrace',
    [string] $HealthUrl = 'http://127.0.0.1:4319/healthz',
    [switch] $ShowOnly
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot 'Ccmtrace.psm1') -Force

$package = Split-Path (Split-Path $PSScriptRoot)
if (-not (Test-Path $Shawl)) { throw "The wrapper was not found at ${Shawl}: download it once from its release page and give its path with -Shawl." }
if (-not (Test-Path (Join-Path $package 'node\win32-x64\node.exe'))) { throw "$package is no whole package: unpack ccmtrace-*.tar.gz and run deploy\windows\install.ps1 from there." }
if (Get-Service -Name ccmtrace -ErrorAction SilentlyContinue) { throw 'The service ccmtrace is already there: use upgrade.ps1.' }

$logs = @(Find-CcmLog)
$configuration = Join-Path $DataFolder 'ccmtrace.yaml'
if ($logs.Count -eq 0 -and -not (Test-Path $configuration)) {
    throw "No Configuration Manager role was found in this computer's registry: write $configuration from one of deploy\windows\config\*.yaml, then run this again."
}
$logs | ForEach-Object { Write-Host ('{0,-25} {1}' -f $_.Role, $_.Path) }
if ($ShowOnly) {
    if ($logs.Count -gt 0) { Write-Host (New-CcmtraceConfiguration -Logs $logs -DataFolder $DataFolder) }
    return
}

Copy-Application -From $package -To $AppFolder -Shawl $Shawl
New-Item -ItemType Directory -Force -Path $DataFolder, (Join-Path $DataFolder 'logs'), (Join-Path $DataFolder 'store') | Out-Null
if (-not (Test-Path $configuration)) {
    # UTF-8 without a byte order mark, in both generations of PowerShell.
    [System.IO.File]::WriteAllText($configuration, (New-CcmtraceConfiguration -Logs $logs -DataFolder $DataFolder))
}

Install-CcmtraceService -AppFolder $AppFolder -DataFolder $DataFolder -Account $Account
Protect-DataFolder -Path $DataFolder -Account $Account
foreach ($folder in Get-LogFolder -Logs $logs) { Grant-FolderAccess -Path $folder -Account $Account }
Register-EventSource

Start-CcmtraceService
if (Test-CcmtraceHealth -Url $HealthUrl) {
    Write-CcmtraceEvent -Id 1 -Message "ccmtrace was installed in $AppFolder; it follows $($logs.Path -join ', ')."
    Write-Host "ccmtrace runs. Page: http://127.0.0.1:4319/  Configuration: $configuration"
}
else {
    Write-CcmtraceEvent -Id 1 -Type Warning -Message "ccmtrace was installed in $AppFolder and is not ready after a minute. Its log: $DataFolder\logs."
    Write-Warning "The service is installed and not ready after a minute: look into $DataFolder\logs\ccmtrace_rCURRENT.log."
}
